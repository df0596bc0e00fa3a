package io.vecino;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.BackgroundJob;
import io.vecino.model.CollectionConfig;
import io.vecino.model.DirectoryReport;
import io.vecino.model.EngineException;
import io.vecino.model.FieldType;
import io.vecino.model.Filter;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.PayloadChange;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ProgressListener;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchParams;
import io.vecino.model.SearchRequest;
import io.vecino.model.Selector;
import io.vecino.model.SnapshotInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changing pipeline and index of a collection while it is used, back, and through crashes. Longer with {@code
 * -Dvecino.test.long}.
 */
class EncodingChangeIT {
    private static final boolean THOROUGH = Boolean.getBoolean("vecino.test.long");
    private static final int DIMENSION = 16;
    private static final int IDS = 900;
    private static final SearchParams GENEROUS = new SearchParams(OptionalInt.of(200), OptionalInt.of(4), 200, false);
    private static final IndexSpec FLAT = IndexSpec.parse("flat");
    private static final IndexSpec GRAPH = IndexSpec.parse("graph:fast");
    private static final Pipeline INT8 = Pipeline.parse("none/int8");
    private static final Pipeline PCA = Pipeline.parse("pca:8/int8+refine:f16");
    private static final Pipeline F16 = Pipeline.parse("none/f16");
    private static final CollectionConfig CONFIG =
            CollectionConfig.of(DIMENSION, Metric.L2).with(INT8).withPayloadIndexes(Map.of("n", FieldType.INTEGER));

    @TempDir
    private Path directory;

    private final Random random = Vectors.random("EncodingChangeIT");
    private final Map<PointId, Point> expected = new HashMap<>();

    private EngineConfig settings() {
        return EngineConfig.of(directory).withSealPoints(150);
    }

    private static PointId id(int number) {
        return number % 3 == 0 ? PointId.of("text " + number) : PointId.of(number);
    }

    private void upsert(EngineCollection docs, int count) {
        Map<PointId, Point> batch = new HashMap<>();
        for (float[] vector : Vectors.clustered(random, count, DIMENSION)) {
            PointId id = id(random.nextInt(IDS));
            batch.put(id, new Point(id, vector, new Payload(Map.of("n", random.nextInt(5)))));
        }
        docs.upsert(List.copyOf(batch.values()));
        expected.putAll(batch);
    }

    /** Upserts, removals and changes of payloads. */
    private void churn(EngineCollection docs) {
        upsert(docs, 30);
        List<PointId> removed = expected.keySet().stream().limit(5).toList();
        docs.delete(removed);
        removed.forEach(expected::remove);
        List<PointId> changed = expected.keySet().stream().skip(20).limit(5).toList();
        Payload payload = new Payload(Map.of("n", random.nextInt(5)));
        docs.change(new Selector.Ids(changed), new PayloadChange.Set(payload));
        changed.forEach(id -> expected.computeIfPresent(id, (_, old) -> new Point(id, old.vector(), payload)));
    }

    private void verify(EngineCollection docs) {
        verify(docs, expected);
    }

    private static void verify(EngineCollection docs, Map<PointId, Point> expected) {
        assertEquals(expected.size(), docs.count());
        expected.forEach((id, point) -> {
            assertArrayEquals(point.vector(), docs.get(id).orElseThrow().vector());
            List<ScoredPoint> hits =
                    docs.search(SearchRequest.of(point.vector(), 1).with(GENEROUS));
            assertEquals(id, hits.getFirst().id());
        });
        for (long n = 0; n < 5; n++) {
            long wanted = n;
            assertEquals(
                    expected.values().stream()
                            .filter(point -> Long.valueOf(wanted)
                                    .equals(point.payload().fields().get("n")))
                            .count(),
                    docs.count(Filter.eq("n", n)));
        }
    }

    private List<String> indexFiles() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("segments"))) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".index"))
                    .sorted()
                    .toList();
        }
    }

    private EngineCollection filled(Engine engine) {
        EngineCollection docs = engine.create("docs", CONFIG);
        for (int i = 0; i < 5; i++) {
            upsert(docs, 200);
        }
        docs.optimize();
        churn(docs);
        return docs;
    }

    @Test
    void answersWhatIsThereWhileItChanges() throws Exception {
        try (Engine engine = Engine.open(settings());
                ExecutorService reader = Executors.newSingleThreadExecutor()) {
            EngineCollection docs = engine.create("docs", CONFIG);
            upsert(docs, 60);
            AtomicBoolean done = new AtomicBoolean();
            Future<Integer> read = reader.submit(() -> {
                int answers = 0;
                while (!done.get()) {
                    assertEquals("docs", docs.info().name());
                    answers++;
                }
                return answers;
            });
            assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
                docs.apply(F16, FLAT, (_, _) -> {});
                for (int i = 0; i < 40; i++) {
                    docs.undo((_, _) -> {});
                }
            });
            done.set(true);
            assertTrue(read.get() > 0);
            verify(docs);
        }
    }

    @Test
    void takesTheNewEncodingAndGoesBackToTheFilesOfTheOld() throws IOException {
        try (Engine engine = Engine.open(settings())) {
            EngineCollection docs = filled(engine);
            List<String> before = indexFiles();
            assertEquals(1, before.size());
            List<Double> shares = new ArrayList<>();
            docs.apply(PCA, FLAT, (_, share) -> shares.add(share));
            assertEquals(CONFIG.with(PCA), docs.config());
            assertEquals(CONFIG.with(PCA), docs.info().config());
            assertEquals(CONFIG, docs.previous().orElseThrow());
            assertEquals(0, docs.info().unsealedPoints());
            assertTrue(docs.info().bytesPerVector() < 80, docs.info().toString());
            assertEquals(shares.stream().sorted().toList(), shares);
            verify(docs);
            churn(docs);

            docs.undo(ProgressListener.NONE);
            assertEquals(CONFIG, docs.config());
            assertEquals(CONFIG.with(PCA), docs.previous().orElseThrow());
            verify(docs);
            assertTrue(indexFiles().containsAll(before), before + " " + indexFiles());
            churn(docs);
            docs.undo(ProgressListener.NONE);
            assertEquals(CONFIG.with(PCA), docs.config());
            verify(docs);
        }
        try (Engine engine = Engine.open(settings())) {
            EngineCollection docs = engine.collection("docs");
            assertEquals(CONFIG.with(PCA), docs.config());
            verify(docs);
            docs.undo(ProgressListener.NONE);
            verify(docs);
            docs.apply(F16, GRAPH, ProgressListener.NONE);
            assertEquals(CONFIG.with(F16, GRAPH), docs.config());
            verify(docs);
        }
        try (Engine engine = Engine.open(settings())) {
            EngineCollection docs = engine.collection("docs");
            assertEquals(CONFIG.with(F16, GRAPH), docs.config());
            verify(docs);
            docs.undo(ProgressListener.NONE);
            assertEquals(CONFIG, docs.config());
            verify(docs);
            docs.optimize();
            verify(docs);
        }
        DirectoryReport report = EngineDirectory.verify(directory);
        assertTrue(report.sound(), report.toString());
        assertEquals(List.of(), report.collections().getFirst().leftovers());
        assertFalse(Files.exists(directory.resolve("quarantine")));
    }

    @Test
    void readsAndWritesGoOnMeanwhile() throws Exception {
        try (Engine engine = Engine.open(settings());
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            EngineCollection docs = filled(engine);
            Point fixed = new Point(PointId.of("fixed"), Vectors.gaussian(random, DIMENSION, 5), Payload.EMPTY);
            docs.upsert(List.of(fixed));
            for (int round = 0; round < (THOROUGH ? 10 : 1); round++) {
                AtomicBoolean stop = new AtomicBoolean();
                Future<Integer> reader = threads.submit(() -> {
                    int searches = 0;
                    while (!stop.get() || searches == 0) {
                        List<ScoredPoint> hits =
                                docs.search(SearchRequest.of(fixed.vector(), 1).with(GENEROUS));
                        assertEquals(fixed.id(), hits.getFirst().id());
                        searches++;
                    }
                    return searches;
                });
                Future<Integer> writer = threads.submit(() -> {
                    int writes = 0;
                    while (!stop.get() || writes < 10) {
                        churn(docs);
                        writes++;
                    }
                    return writes;
                });
                try {
                    docs.apply(PCA, FLAT, ProgressListener.NONE);
                    docs.undo(ProgressListener.NONE);
                    docs.apply(F16, GRAPH, ProgressListener.NONE);
                    docs.undo(ProgressListener.NONE);
                } finally {
                    stop.set(true);
                }
                assertTrue(reader.get() > 0 && writer.get() > 0);
                expected.put(fixed.id(), fixed);
                verify(docs);
                expected.remove(fixed.id());
            }
            assertEquals(CONFIG, docs.config());
        }
        try (Engine engine = Engine.open(settings())) {
            engine.collection("docs").delete(List.of(PointId.of("fixed")));
            verify(engine.collection("docs"));
        }
    }

    /** Every step of a random sequence leaves what a map holds too. */
    @Test
    void anySequenceOfChangesKeepsEveryPoint() {
        Engine engine = Engine.open(settings());
        try {
            engine.create("docs", CONFIG);
            for (int step = 0; step < (THOROUGH ? 200 : 16); step++) {
                EngineCollection docs = engine.collection("docs");
                switch (random.nextInt(8)) {
                    case 0 -> docs.apply(PCA, FLAT, ProgressListener.NONE);
                    case 1 -> docs.apply(F16, GRAPH, ProgressListener.NONE);
                    case 2, 3 -> {
                        if (docs.previous().isPresent()) {
                            docs.undo(ProgressListener.NONE);
                        }
                    }
                    case 4 -> {
                        engine.close();
                        engine = Engine.open(settings());
                    }
                    case 5 -> {
                        SnapshotInfo snapshot = engine.snapshots().create("docs");
                        engine.snapshots().restore("docs", snapshot.name(), "docs", true, ProgressListener.NONE);
                        engine.snapshots().delete("docs", snapshot.name());
                    }
                    default -> {
                        upsert(docs, 300);
                        churn(docs);
                    }
                }
                verify(engine.collection("docs"));
            }
        } finally {
            engine.close();
        }
    }

    @Test
    void encodesAnewWhatIsDamagedOfTheOldEncoding() throws IOException {
        try (Engine engine = Engine.open(settings())) {
            EngineCollection docs = filled(engine);
            List<String> before = indexFiles();
            docs.apply(PCA, FLAT, ProgressListener.NONE);
            try (Stream<Path> files = Files.walk(directory.resolve("segments"))) {
                for (Path file :
                        files.filter(path -> path.endsWith(before.getFirst())).toList()) {
                    Files.write(file, new byte[100]);
                }
            }
            docs.undo(ProgressListener.NONE);
            assertEquals(CONFIG, docs.config());
            verify(docs);
        }
        try (Engine engine = Engine.open(settings())) {
            verify(engine.collection("docs"));
        }
    }

    @Test
    void changesACollectionInWhichNothingIsSealed() {
        try (Engine engine = Engine.open(settings())) {
            EngineCollection docs = engine.create("docs", CONFIG);
            docs.apply(PCA, FLAT, ProgressListener.NONE);
            assertEquals(CONFIG.with(PCA), docs.config());
            upsert(docs, 50);
            docs.apply(F16, GRAPH, ProgressListener.NONE);
            docs.optimize();
            verify(docs);
            assertEquals(1, docs.info().segments());
            docs.undo(ProgressListener.NONE);
            assertEquals(CONFIG.with(PCA), docs.config());
            verify(docs);
        }
        try (Engine engine = Engine.open(settings())) {
            assertEquals(CONFIG.with(PCA), engine.collection("docs").config());
            verify(engine.collection("docs"));
        }
    }

    @Test
    void refusesWhatCannotBeAndLeavesEverythingAsItWas() throws Exception {
        try (Engine engine = Engine.open(settings());
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            EngineCollection docs = filled(engine);
            assertThrows(EngineException.Conflict.class, () -> docs.undo(ProgressListener.NONE));
            assertThrows(
                    EngineException.InvalidArgument.class,
                    () -> docs.apply(Pipeline.parse("pca:17/int8"), FLAT, ProgressListener.NONE));
            assertThrows(EngineException.InvalidArgument.class, () -> docs.apply(INT8, GRAPH, ProgressListener.NONE));
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            Future<?> first = threads.submit(() -> docs.apply(PCA, FLAT, (_, _) -> {
                inside.countDown();
                pass(go);
            }));
            pass(inside);
            assertEquals(
                    List.of("apply"),
                    docs.info().jobs().stream().map(BackgroundJob::kind).toList());
            assertThrows(EngineException.Conflict.class, () -> docs.apply(PCA, FLAT, ProgressListener.NONE));
            assertEquals(CONFIG, docs.config());
            verify(docs);
            go.countDown();
            first.get();
            assertEquals(CONFIG.with(PCA), docs.config());
            assertEquals(List.of(), docs.info().jobs());
        }
    }

    private static void pass(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theOldEncodingStandsWhenTheEngineIsClosedInTheMiddle() throws Exception {
        List<String> before;
        try (Engine engine = Engine.open(settings())) {
            filled(engine).optimize();
            before = indexFiles();
        }
        for (boolean undo : new boolean[] {false, true}) {
            Engine engine = Engine.open(settings());
            EngineCollection docs = engine.collection("docs");
            Thread closing = Thread.ofPlatform().unstarted(engine::close);
            ProgressListener close = (_, _) -> {
                if (closing.getState() == Thread.State.NEW) {
                    closing.start();
                    while (isOpen(docs)) {
                        Thread.onSpinWait();
                    }
                }
            };
            if (undo) {
                docs.apply(PCA, FLAT, ProgressListener.NONE);
                docs.undo(ProgressListener.NONE);
                before = indexFiles();
            }
            assertThrows(EngineException.Unavailable.class, () -> {
                if (undo) {
                    docs.undo(close);
                } else {
                    docs.apply(F16, GRAPH, close);
                }
            });
            closing.join();
            assertEquals(before, indexFiles());
            try (Engine reopened = Engine.open(settings())) {
                assertEquals(CONFIG, reopened.collection("docs").config());
                verify(reopened.collection("docs"));
            }
        }
    }

    private static boolean isOpen(EngineCollection docs) {
        try {
            docs.count();
            return true;
        } catch (EngineException.Unavailable e) {
            return false;
        }
    }

    @Test
    void theOldEncodingStandsWhenTheDiskIsFull() throws IOException {
        try (Engine engine = Engine.open(settings())) {
            filled(engine).optimize();
        }
        List<String> before = indexFiles();
        int failures = 0;
        boolean failed = true;
        for (int operation = 0; failed; operation += THOROUGH ? 1 : 7) {
            try (Engine engine = Engine.open(settings(), new FullDisk(operation, Integer.MAX_VALUE))) {
                EngineCollection docs = engine.collection("docs");
                try {
                    docs.apply(PCA, FLAT, ProgressListener.NONE);
                    failed = false;
                } catch (EngineException.ResourceExhausted e) {
                    failures++;
                    assertEquals(CONFIG, docs.config());
                    assertEquals(before, indexFiles());
                }
                verify(docs);
            }
        }
        assertTrue(failures > 1, failures + " failures");
    }

    /** A child process that is gone at a chosen step of a change. */
    public static final class Killed {
        private Killed() {}

        public static void main(String[] args) {
            int[] steps = {Integer.parseInt(args[2])};
            ProgressListener listener = (_, _) -> {
                if (steps[0]-- == 0) {
                    Runtime.getRuntime().halt(9);
                }
            };
            Engine engine = Engine.open(EngineConfig.of(Path.of(args[0])).withSealPoints(150));
            if (args[1].equals("undo")) {
                engine.collection("docs").undo(listener);
            } else {
                engine.collection("docs").apply(PCA, FLAT, listener);
            }
            Runtime.getRuntime().halt(0);
        }
    }

    @Test
    void theOldOrTheNewEncodingStandsAfterAKill() throws Exception {
        try (Engine engine = Engine.open(settings())) {
            EngineCollection docs = engine.create("docs", CONFIG);
            for (int i = 0; i < 8; i++) {
                Map<PointId, Point> batch = new HashMap<>();
                for (float[] vector : Vectors.clustered(random, 600, DIMENSION)) {
                    PointId id = id(batch.size() + 600 * i);
                    batch.put(id, new Point(id, vector, new Payload(Map.of("n", random.nextInt(5)))));
                }
                docs.upsert(List.copyOf(batch.values()));
                expected.putAll(batch);
            }
            docs.optimize();
        }
        int killed = 0;
        List<String> changes = List.of("apply", "apply", "undo", "undo");
        for (int i = 0; i < changes.size(); i++) {
            String change = changes.get(i);
            int step = i % 2 == 0 ? random.nextInt(6) : Integer.MAX_VALUE;
            CollectionConfig before;
            try (Engine engine = Engine.open(settings())) {
                before = engine.collection("docs").config();
            }
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Killed.class.getName(),
                            directory.toString(),
                            change,
                            String.valueOf(step))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            int exit = child.waitFor();
            assertTrue(exit == 0 || exit == 9, "exit code " + exit);
            killed += exit == 9 ? 1 : 0;
            try (Engine engine = Engine.open(settings())) {
                EngineCollection docs = engine.collection("docs");
                assertEquals(exit == 9, docs.config().equals(before));
                assertEquals(
                        List.of(),
                        docs.info().jobs().stream()
                                .filter(job -> job.kind().equals(change))
                                .toList());
                assertEquals(expected.size(), docs.count());
                for (Point point : expected.values().stream().limit(300).toList()) {
                    assertEquals(
                            point.id(),
                            docs.search(SearchRequest.of(point.vector(), 1).with(GENEROUS))
                                    .getFirst()
                                    .id());
                }
            }
        }
        System.out.println("EncodingChangeIT: " + killed + " of 4 changes killed");
        assertEquals(2, killed);
    }
}
