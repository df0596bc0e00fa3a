package io.vecino.loading;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Engine;
import io.vecino.EngineBulkLoad;
import io.vecino.EngineCollection;
import io.vecino.loading.file.Format;
import io.vecino.loading.file.PointFiles;
import io.vecino.loading.file.PointReader;
import io.vecino.loading.file.PointWriter;
import io.vecino.loading.file.ReadOptions;
import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.SearchRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImporterTest {
    private static final ImportOptions SMALL = new ImportOptions(256, 3, Long.MAX_VALUE, false);

    @TempDir
    private Path folder = Path.of("");

    private @Nullable Engine engine;

    @BeforeEach
    void open() {
        engine = Engine.open(folder.resolve("data"));
    }

    @AfterEach
    void close() {
        engine().close();
    }

    private Engine engine() {
        if (engine == null) {
            throw new IllegalStateException("not open");
        }
        return engine;
    }

    private EngineCollection collection(int dimension) {
        return engine().create("c", CollectionConfig.of(dimension, Metric.L2));
    }

    private Path lines(String... lines) throws IOException {
        return Files.writeString(folder.resolve("x.jsonl"), String.join("\n", lines) + "\n");
    }

    private Path npy(int rows) {
        Path file = folder.resolve("x.npy");
        try (PointWriter writer = PointWriter.create(file, Format.NPY, 2)) {
            for (int i = 0; i < rows; i++) {
                writer.write(PointId.of(i), new float[] {i, 1}, Payload.EMPTY);
            }
            writer.finish();
        }
        return file;
    }

    private ImportResult run(Path file, LoadTarget target, ImportOptions options) {
        try (PointReader reader = PointFiles.open(file, ReadOptions.DEFAULT)) {
            return new Importer(reader, target, options, journal(), folder.resolve("rejects"), ImportListener.NONE)
                    .run();
        }
    }

    private Journal journal() {
        return new Journal(folder.resolve("journal"), "the file");
    }

    /** A collection that fails from a batch on, as if the process were killed there. */
    private static LoadTarget failingAfter(int batches, EngineCollection collection) {
        EngineTarget whole = new EngineTarget(collection);
        int[] left = {batches};
        return new LoadTarget() {
            @Override
            public int dimension() {
                return whole.dimension();
            }

            @Override
            public Metric metric() {
                return whole.metric();
            }

            @Override
            public long upsert(List<Point> points) {
                synchronized (left) {
                    if (left[0]-- <= 0) {
                        throw new EngineException.StorageFailure("gone", null);
                    }
                }
                return whole.upsert(points);
            }

            @Override
            public OptionalLong version(PointId id) {
                return whole.version(id);
            }
        };
    }

    @Test
    void goesOnWhereItWasInterrupted() {
        Path file = npy(1_000);
        EngineCollection into = collection(2);
        long before = 0;
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThrows(EngineException.StorageFailure.class, () -> run(file, failingAfter(7, into), SMALL));
            long reached = journal().read().orElseThrow().rows();
            assertTrue(reached > before && reached <= into.count(), reached + " of " + into.count());
            before = reached;
        }
        ImportResult result = run(file, new EngineTarget(into), SMALL);
        assertEquals(new ImportResult(1_000, 1_000, 0, before), result);
        assertEquals(1_000, into.count());
        assertArrayEquals(
                new float[] {517, 1}, into.get(PointId.of(517)).orElseThrow().vector());
        assertFalse(Files.exists(folder.resolve("journal")));
    }

    @Test
    void keepsTheLastRowOfAnId() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            lines.add("{\"id\":" + i % 7 + ",\"vector\":[" + i + "]}");
        }
        EngineCollection into = collection(1);
        ImportResult result = run(lines(lines.toArray(String[]::new)), new EngineTarget(into), SMALL);
        assertEquals(400, result.stored());
        assertEquals(7, into.count());
        for (int id = 0; id < 7; id++) {
            int last = 399 - (399 - id) % 7;
            assertEquals(last, into.get(PointId.of(id)).orElseThrow().vector()[0]);
        }
    }

    @Test
    void endsAtTheFirstBadRowWithAllBeforeItStored() throws IOException {
        Path file = lines(
                "{\"id\":1,\"vector\":[1,2]}",
                "{\"id\":2,\"vector\":[1,2]}",
                "{\"id\":3,\"vector\":[1]}",
                "{\"id\":4,\"vector\":[1,2]}");
        EngineCollection into = collection(2);
        EngineException.InvalidArgument bad = assertThrows(
                EngineException.InvalidArgument.class, () -> run(file, new EngineTarget(into), ImportOptions.DEFAULT));
        assertTrue(bad.getMessage().contains("x.jsonl row 2"), bad.getMessage());
        assertTrue(bad.getMessage().contains("2 values"), bad.getMessage());
        assertEquals(2, into.count());
        ImportResult skipped = run(file, new EngineTarget(into), ImportOptions.DEFAULT.with(Long.MAX_VALUE, true));
        assertEquals(new ImportResult(4, 3, 1, 2), skipped);
        assertEquals(3, into.count());
    }

    @Test
    void listsEachRejectedRowOnceAlsoAfterAnInterruption() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String vector = i % 10 == 3 ? "[\"x\"]" : i % 10 == 5 ? "[NaN,1]" : "[" + i + ",1]";
            String payload = i % 10 == 7 ? ",\"payload\":{\"a\":\"" + "x".repeat(70_000) + "\"}" : "";
            lines.add(i % 10 == 9 ? "{" : "{\"id\":" + i + ",\"vector\":" + vector + payload + "}");
        }
        Path file = lines(lines.toArray(String[]::new));
        EngineCollection into = collection(2);
        ImportOptions skipping = SMALL.with(Long.MAX_VALUE, true);
        assertThrows(EngineException.StorageFailure.class, () -> run(file, failingAfter(9, into), skipping));
        Files.writeString(
                folder.resolve("rejects"),
                "of rows that are read again\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        ImportResult result = run(file, new EngineTarget(into), skipping);
        assertEquals(120, result.rejected());
        assertEquals(180, into.count());
        List<Integer> listed = Files.readAllLines(folder.resolve("rejects")).stream()
                .map(line -> Integer.valueOf(line.substring(0, line.indexOf('\t'))))
                .toList();
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            if (List.of(3, 5, 7, 9).contains(i % 10)) {
                expected.add(i);
            }
        }
        assertEquals(expected, listed);
    }

    @Test
    void readsNoMoreRowsThanItIsTold() {
        EngineCollection into = collection(2);
        assertEquals(
                70,
                run(npy(1_000), new EngineTarget(into), SMALL.with(70, false)).stored());
        assertEquals(70, into.count());
    }

    @Test
    void refusesAFileOfAnotherDimensionBeforeAnythingIsStored() {
        EngineCollection into = collection(3);
        EngineException.InvalidArgument refused =
                assertThrows(EngineException.InvalidArgument.class, () -> run(npy(5), new EngineTarget(into), SMALL));
        assertTrue(refused.getMessage().contains("3 dimensions"), refused.getMessage());
        assertEquals(0, into.count());
    }

    @Test
    void doesNotGoOnIntoACollectionThatLostWhatWasStored() {
        Path file = npy(1_000);
        EngineCollection into = collection(2);
        assertThrows(EngineException.StorageFailure.class, () -> run(file, failingAfter(7, into), SMALL));
        engine().delete("c");
        EngineCollection fresh = collection(2);
        EngineException.Conflict refused =
                assertThrows(EngineException.Conflict.class, () -> run(file, new EngineTarget(fresh), SMALL));
        assertTrue(refused.getMessage().contains("restart"), refused.getMessage());
        journal().remove();
        assertEquals(1_000, run(file, new EngineTarget(fresh), SMALL).stored());
    }

    @Test
    void doesNotGoOnWithAnotherFile() {
        Path file = npy(1_000);
        EngineCollection into = collection(2);
        assertThrows(EngineException.StorageFailure.class, () -> run(file, failingAfter(7, into), SMALL));
        try (PointReader reader = PointFiles.open(file, ReadOptions.DEFAULT)) {
            Importer other = new Importer(
                    reader,
                    new EngineTarget(into),
                    SMALL,
                    new Journal(folder.resolve("journal"), "another"),
                    null,
                    ImportListener.NONE);
            assertThrows(EngineException.Conflict.class, other::run);
        }
    }

    @Test
    void makesOneLargeSegmentOfABulkLoad() {
        EngineCollection into = collection(2);
        try (EngineBulkLoad bulk = into.bulkLoad()) {
            assertEquals(1_000_000, bulk.points());
            run(npy(50_000), new EngineTarget(into), ImportOptions.DEFAULT);
            assertEquals(50_000, into.info().unsealedPoints());
            bulk.seal();
        }
        assertEquals(0, into.info().unsealedPoints());
        assertEquals(1, into.info().segments());
        assertEquals(
                PointId.of(4_711),
                into.search(SearchRequest.of(new float[] {4_711, 1}, 1))
                        .getFirst()
                        .id());
    }

    @Test
    void exportsWhatWasImported() {
        EngineCollection into = collection(2);
        run(npy(2_000), new EngineTarget(into), SMALL);
        Path file = folder.resolve("out.parquet");
        try (PointWriter writer = PointWriter.create(file, Format.PARQUET, 2)) {
            assertEquals(1_500, Exporter.run(ExportSource.of(into, null), 2, writer, 1_500, _ -> {}));
            writer.finish();
        }
        EngineCollection copy = engine().create("copy", CollectionConfig.of(2, Metric.L2));
        assertEquals(1_500, run(file, new EngineTarget(copy), SMALL).stored());
        assertArrayEquals(
                new float[] {1_499, 1},
                copy.get(PointId.of(1_499)).orElseThrow().vector());
    }
}
