package io.vecino.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "none/f32",
                "none/f16",
                "none/bf16",
                "none/fp8e4m3",
                "none/fp8e5m2",
                "none/int8",
                "none/int6",
                "none/int4",
                "none/binary",
                "none/binary2",
                "none/rabitq:1",
                "none/rabitq:8",
                "pca:192/int8",
                "pca:1/f32",
                "none/rabitq:1+refine:f16",
                "pca:96/int4+refine:rabitq:8",
                "none/pq:48x8",
                "pca:96/pq:96x4",
                "none/opq:48x8",
                "distill:192/tcq:48"
            })
    void printsWhatItRead(String text) {
        assertEquals(text, Pipeline.parse(text).toString());
    }

    @Test
    void readsTheArrowLikeTheSlash() {
        assertEquals(Pipeline.parse("pca:96/int8"), Pipeline.parse("pca:96→int8"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "f32",
                "none",
                "none/f64",
                "pca/f32",
                "pca:/f32",
                "pca:0/f32",
                "pca:-1/f32",
                "pca:x/f32",
                "umap:2/f32",
                "none/f32/f32",
                "pca:9+umap:3/f32",
                "none/tcq",
                "none/tcq:7",
                "none/tcq:4097",
                "none/tcq:48x8",
                "none/f32 "
            })
    void refusesWhatItCannotBuild(String text) {
        var error = assertThrows(EngineException.InvalidArgument.class, () -> Pipeline.parse(text));
        assertEquals("pipeline", error.field());
    }

    @Test
    void refusesMoreDimensionsThanThereAre() {
        var error = assertThrows(
                EngineException.InvalidArgument.class,
                () -> CollectionConfig.of(64, Metric.IP).with(Pipeline.parse("pca:65/f32")));
        assertTrue(error.getMessage().contains("at most 64, got 65"), error.getMessage());
    }

    @Test
    void onlyUncompressedOriginalsAreLossless() {
        assertTrue(Pipeline.parse("none/f32").lossless());
        assertFalse(Pipeline.parse("none/f16").lossless());
        assertFalse(Pipeline.parse("pca:8/f32").lossless());
    }
}
