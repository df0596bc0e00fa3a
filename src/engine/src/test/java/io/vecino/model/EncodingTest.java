package io.vecino.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodingTest {
    private static Optional<Pipeline> pipeline(String text) {
        return Optional.ofNullable(text).map(Pipeline::parse);
    }

    private static Optional<IndexSpec> index(String text) {
        return Optional.ofNullable(text).map(IndexSpec::parse);
    }

    @ParameterizedTest
    @CsvSource({
        "96,,,none/f16,graph:fast",
        "384,,,none/int4+refine:f16,graph:lean",
        "384,none/f32,,none/f32,graph:fast",
        "384,pca:192/f16,,pca:192/f16,graph:fast",
        "384,none/int4,,none/int4,graph:lean",
        "384,pca:192/int8,,pca:192/int8,flat",
        "384,,graph:fast,none/f16,graph:fast",
        "96,,graph:lean,none/int4+refine:f16,graph:lean",
        "384,,flat,none/f32,flat",
        "384,,'faiss:HNSW32,Flat',none/f32,'faiss:HNSW32,Flat'",
        "384,pca:96/f16,flat,pca:96/f16,flat",
    })
    void completesWhatWasAskedFor(int dimension, String wanted, String over, String expected, String expectedIndex) {
        Encoding encoding = Encoding.of(dimension, pipeline(wanted), index(over));
        assertEquals(expected, encoding.pipeline().toString());
        assertEquals(expectedIndex, encoding.index().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "pca:192/int8,,pca:192/int8,flat",
        "none/int4,,none/int4,graph:lean",
        ",graph:fast,none/f16,graph:fast",
        ",'graph:lean,alpha=1.2','none/int4+refine:f16','graph:lean,alpha=1.2'",
        "pca:192/int8,flat,pca:192/int8,flat",
    })
    void keepsWhatFitsWhenOneChanges(String to, String over, String expected, String expectedIndex) {
        Encoding now = CollectionConfig.recommended(384, Metric.COSINE).encoding();
        Encoding next = now.with(pipeline(to), index(over));
        assertEquals(expected, next.pipeline().toString());
        assertEquals(expectedIndex, next.index().toString());
    }

    @Test
    void refusesAPairThatDoesNotFit() {
        assertThrows(
                EngineException.InvalidArgument.class,
                () -> Encoding.of(384, pipeline("pca:192/int8"), index("graph:fast")));
    }
}
