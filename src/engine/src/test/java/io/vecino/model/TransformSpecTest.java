package io.vecino.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransformSpecTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "pca:96",
                "distill:96",
                "distill:96@150s",
                "distill:192:96:48@2000",
                "mpad:96",
                "truncate:96",
                "random:96",
                "whiten:96",
                "abtt:3",
                "rotate"
            })
    void printsWhatItRead(String text) {
        assertEquals(text, TransformSpec.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pca",
                "pca:",
                "pca:x",
                "pca:0",
                "pca:96:48",
                "pca:96@30s",
                "distill:96@",
                "distill:96@0s",
                "distill:96@1h",
                "distill:96:96",
                "distill:96:0",
                "rotate:3",
                "rotate@5s",
                "umap:2"
            })
    void refusesWhatItDoesNotKnow(String text) {
        assertEquals(
                "pipeline",
                assertThrows(EngineException.InvalidArgument.class, () -> TransformSpec.parse(text))
                        .field());
    }

    @Test
    void severalTransformsFollowOneAnother() {
        Pipeline pipeline = Pipeline.parse("abtt:2+distill:96@60s+rotate/f32");
        assertEquals(3, pipeline.transforms().size());
        assertEquals(96, pipeline.outputDimension(384));
        assertEquals("abtt:2+distill:96+rotate/f32", pipeline.toString());
        assertThrows(
                EngineException.InvalidArgument.class,
                () -> Pipeline.parse("pca:96+pca:192/f32").outputDimension(384));
        assertThrows(
                EngineException.InvalidArgument.class,
                () -> Pipeline.parse("abtt:4/f32").outputDimension(4));
    }

    @Test
    void aBudgetIsStepsOrSeconds() {
        assertEquals(new TrainingBudget(0, 60), TrainingBudget.parse("60s"));
        assertEquals(new TrainingBudget(300, 0), TrainingBudget.parse("300"));
        assertEquals(List.of(48), TransformSpec.parse("distill:96:48").prefixes());
    }
}
