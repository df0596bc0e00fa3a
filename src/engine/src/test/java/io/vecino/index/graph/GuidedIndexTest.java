package io.vecino.index.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.index.OrdinalFilter;
import io.vecino.index.VectorIndex;
import io.vecino.index.VectorIndexBuilder;
import io.vecino.model.IndexSpec;
import io.vecino.model.Pipeline;
import io.vecino.model.SearchParams;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.segment.IndexChoice;
import io.vecino.selection.TopK;
import io.vecino.storage.CheckedFile;
import io.vecino.storage.CheckedFileWriter;
import io.vecino.storage.DamagedFileException;
import io.vecino.storage.Disk;
import io.vecino.storage.FormatHeader;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuidedIndexTest {
    private static final int DIMENSION = 32;
    private static final int COUNT = 1_500;
    private static final IndexSpec LEAN = IndexSpec.parse("graph:lean");
    private static final IndexSpec FLAT = IndexSpec.parse("flat");
    private static final SearchParams GENEROUS = new SearchParams(OptionalInt.of(COUNT), OptionalInt.empty(), 1, false);

    @TempDir
    private Path directory = Path.of("");

    private final List<float[]> vectors = Vectors.clustered(Vectors.random("GuidedIndexTest"), COUNT, DIMENSION);
    private final NativeMemory memory = new NativeMemory(1 << 28);

    private interface Use {
        void of(Rows rows, TrainedPipeline pipeline) throws DamagedFileException;
    }

    private void with(String pipeline, Similarity similarity, Use use) throws DamagedFileException {
        try (NativeMemory.Block block = memory.allocate((long) COUNT * DIMENSION * Float.BYTES, "rows")) {
            for (int i = 0; i < COUNT; i++) {
                MemorySegment.copy(
                        vectors.get(i),
                        0,
                        block.segment(),
                        ValueLayout.JAVA_FLOAT,
                        (long) i * DIMENSION * Float.BYTES,
                        DIMENSION);
            }
            Rows rows = new Rows(block.segment(), COUNT, DIMENSION);
            use.of(rows, TrainedPipeline.train(Pipeline.parse(pipeline), rows, similarity));
        }
        assertEquals(0, memory.used());
    }

    private VectorIndex build(IndexSpec spec, TrainedPipeline pipeline, Rows rows) {
        try (VectorIndexBuilder builder = IndexChoice.builder(spec, pipeline, COUNT, memory, 1)) {
            builder.add(rows);
            return builder.build();
        }
    }

    @Test
    void findsWhatAScanOfTheCodesFindsIfItLooksFarEnough() throws DamagedFileException {
        for (String name : List.of("none/int8", "pca:12/rabitq:2", "pca:16/int6+refine:f16", "none/pq:8x8")) {
            for (Similarity similarity : Similarity.values()) {
                with(name, similarity, (rows, pipeline) -> {
                    try (VectorIndex guided = build(LEAN, pipeline, rows);
                            VectorIndex flat = build(FLAT, pipeline, rows)) {
                        OrdinalFilter odd = ordinal -> ordinal % 2 == 1;
                        for (int i = 0; i < 20; i++) {
                            float[] query = vectors.get(i);
                            TopK.Hits expected = flat.search(query, 10, OrdinalFilter.ALL, GENEROUS);
                            assertArrayEquals(
                                    expected.ordinals(),
                                    guided.search(query, 10, OrdinalFilter.ALL, GENEROUS)
                                            .ordinals());
                            assertArrayEquals(
                                    expected.ordinals(),
                                    guided.scan(query, 10, OrdinalFilter.ALL).ordinals());
                            assertArrayEquals(
                                    flat.search(query, 10, odd, GENEROUS).ordinals(),
                                    guided.search(query, 10, odd, GENEROUS).ordinals());
                        }
                    }
                });
            }
        }
    }

    @Test
    void comesBackFromItsFileAndRefusesAnother() throws DamagedFileException {
        with("pca:10/int8", Similarity.DOT, (rows, pipeline) -> {
            Path path = directory.resolve("index");
            FormatHeader header = new FormatHeader(7, 1, 1);
            TopK.Hits expected;
            try (VectorIndex index = build(LEAN, pipeline, rows);
                    CheckedFileWriter file = new CheckedFileWriter(Disk.LOCAL, path, header)) {
                expected = index.search(vectors.getFirst(), 10, OrdinalFilter.ALL, SearchParams.DEFAULT);
                index.save(file);
                file.finish();
            }
            try (VectorIndex opened = IndexChoice.open(LEAN, pipeline, CheckedFile.open(path, header), memory, 1)) {
                TopK.Hits found = opened.search(vectors.getFirst(), 10, OrdinalFilter.ALL, SearchParams.DEFAULT);
                assertArrayEquals(expected.ordinals(), found.ordinals());
                assertArrayEquals(expected.scores(), found.scores());
                assertTrue(opened.bytes() > COUNT * 16L);
            }
            TrainedPipeline other = TrainedPipeline.train(Pipeline.parse("pca:10/int6"), rows, Similarity.DOT);
            assertThrows(
                    DamagedFileException.class,
                    () -> IndexChoice.open(LEAN, other, CheckedFile.open(path, header), memory, 1));
        });
    }
}
