package io.vecino;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.CollectionConfig;
import io.vecino.model.Durability;
import io.vecino.model.EngineException;
import io.vecino.model.FieldType;
import io.vecino.model.Filter;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ProgressListener;
import io.vecino.model.SearchRequest;
import io.vecino.model.SnapshotInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotIT {
    private static final int DIMENSION = 32;
    private static final int IDS = 300;
    private static final int BATCH = 12;
    private static final PointId COUNTER = PointId.of("counter");
    private static final CollectionConfig CONFIG = new CollectionConfig(
            DIMENSION,
            Metric.L2,
            Pipeline.parse("none/int8"),
            new IndexSpec.Flat(),
            Durability.WAL,
            Map.of("n", FieldType.INTEGER));

    @TempDir
    private Path directory;

    private final Random random = Vectors.random("SnapshotIT");
    private final long seed = random.nextInt(1_000_000);

    private EngineConfig settings() {
        return EngineConfig.of(directory.resolve("data")).withSealPoints(80);
    }

    /** The points of write {@code n}, the one that counts writes among them. */
    private List<Point> batch(int n) {
        Random own = new Random(seed * 1_000_003 + n);
        Map<PointId, Point> points = new TreeMap<>();
        for (int i = 0; i < BATCH; i++) {
            PointId id = PointId.of(own.nextInt(IDS));
            points.put(id, point(id, own, n));
        }
        points.put(COUNTER, point(COUNTER, own, n));
        return List.copyOf(points.values());
    }

    private static Point point(PointId id, Random own, int n) {
        return new Point(id, Vectors.gaussian(own, DIMENSION, 1), new Payload(Map.of("n", n)));
    }

    private Map<PointId, Point> after(int writes) {
        Map<PointId, Point> expected = new TreeMap<>();
        for (int n = 1; n <= writes; n++) {
            batch(n).forEach(point -> expected.put(point.id(), point));
        }
        return expected;
    }

    private void write(EngineCollection docs, int first, int last) {
        for (int n = first; n <= last; n++) {
            docs.upsert(batch(n));
        }
    }

    private static int writes(EngineCollection docs) {
        Object n = docs.get(COUNTER).orElseThrow().payload().fields().get("n");
        return Integer.parseInt(String.valueOf(n));
    }

    private void verify(EngineCollection docs, int writes) {
        Map<PointId, Point> expected = after(writes);
        assertEquals(expected.size(), docs.count());
        expected.forEach((id, point) -> {
            assertArrayEquals(point.vector(), docs.get(id).orElseThrow().vector());
            assertEquals(
                    id,
                    docs.search(SearchRequest.of(point.vector(), 1)).getFirst().id());
        });
        for (long n : new long[] {1, writes / 2, writes}) {
            assertEquals(
                    expected.values().stream()
                            .filter(point -> Long.valueOf(n)
                                    .equals(point.payload().fields().get("n")))
                            .count(),
                    docs.count(Filter.eq("n", n)));
        }
    }

    private static List<Path> files(Path of) throws IOException {
        try (Stream<Path> files = Files.walk(of)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static EngineCollection restore(EngineSnapshots snapshots, SnapshotInfo of, String as, boolean replace) {
        return snapshots.restore(of.collection(), of.name(), as, replace, ProgressListener.NONE);
    }

    @Test
    void isTheStateOfOneMomentWhileWritesSealingAndMergingGoOn() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger done = new AtomicInteger();
        try (Engine engine = Engine.open(settings());
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            EngineSnapshots snapshots = engine.snapshots();
            EngineCollection docs = engine.create("docs", CONFIG);
            Future<?> writer = threads.submit(() -> {
                for (int n = 1; !stop.get(); n++) {
                    docs.upsert(batch(n));
                    done.set(n);
                    if (n % 40 == 0) {
                        docs.optimize();
                    }
                }
            });
            List<SnapshotInfo> taken = new ArrayList<>();
            try {
                for (int i = 0; i < 5; i++) {
                    while (done.get() < 30 * (i + 1)) {
                        Thread.onSpinWait();
                    }
                    int before = done.get();
                    SnapshotInfo info = snapshots.create("docs");
                    int afterwards = done.get() + 1;
                    EngineCollection restored = restore(snapshots, info, "copy" + i, false);
                    int found = writes(restored);
                    assertTrue(found >= before && found <= afterwards, before + " " + found + " " + afterwards);
                    verify(restored, found);
                    assertEquals(info.points(), restored.count());
                    write(restored, found + 1, found + 20);
                    verify(restored, found + 20);
                    taken.add(info);
                }
            } finally {
                stop.set(true);
            }
            writer.get();
            assertEquals(taken, snapshots.list("docs"));
            verify(docs, done.get());
        }
        try (Engine engine = Engine.open(settings())) {
            verify(engine.collection("docs"), done.get());
            for (int i = 0; i < 5; i++) {
                EngineCollection copy = engine.collection("copy" + i);
                verify(copy, writes(copy));
            }
        }
        assertFalse(Files.exists(directory.resolve("data/staging"))
                && files(directory.resolve("data/staging")).size() > 0);
    }

    @Test
    void takesOverSealedSegmentsAndTombstonesInsteadOfRebuildingThem() {
        try (Engine engine = Engine.open(settings())) {
            EngineCollection docs = engine.create("docs", CONFIG);
            write(docs, 1, 50);
            docs.optimize();
            write(docs, 51, 54);
            SnapshotInfo info = engine.snapshots().create("docs");
            EngineCollection copy = restore(engine.snapshots(), info, "copy", false);
            assertEquals(docs.info().segments(), copy.info().segments());
            assertEquals(docs.info().unsealedPoints(), copy.info().unsealedPoints());
            verify(copy, 54);
            assertFalse(Files.exists(directory.resolve("data/quarantine")));
        }
    }

    @Test
    void writesOnlyWhatIsNewAndSharesTheRest() throws IOException {
        Path target = directory.resolve("elsewhere");
        try (Engine engine = Engine.open(settings())) {
            EngineSnapshots snapshots = engine.snapshots(target);
            EngineCollection docs = engine.create("docs", CONFIG);
            write(docs, 1, 60);
            docs.upsert(Vectors.clustered(random, 5_000, DIMENSION).stream()
                    .map(vector -> new Point(new PointId.Uuid(UUID.randomUUID()), vector, Payload.EMPTY))
                    .toList());
            docs.optimize();
            SnapshotInfo first = snapshots.create("docs");
            assertEquals(first.bytes(), first.added());
            write(docs, 61, 62);
            SnapshotInfo second = snapshots.create("docs");
            assertTrue(second.added() < second.bytes() / 2, second.toString());
            Path index = files(target.resolve("docs").resolve(first.name())).stream()
                    .filter(path -> path.toString().endsWith(".index"))
                    .findFirst()
                    .orElseThrow();
            Path shared = target.resolve("docs")
                    .resolve(second.name())
                    .resolve("segments")
                    .resolve(index.getFileName());
            assertTrue(Files.isSameFile(index, shared));

            snapshots.delete("docs", first.name());
            assertEquals(List.of(second), snapshots.list("docs"));
            assertThrows(EngineException.NotFound.class, () -> restore(snapshots, first, "copy", false));
            assertEquals(docs.count(), restore(snapshots, second, "copy", false).count());

            Files.delete(shared);
            Files.write(shared, new byte[10]);
            SnapshotInfo third = snapshots.create("docs");
            assertThrows(EngineException.InvalidArgument.class, () -> restore(snapshots, second, "again", false));
            assertEquals(docs.count(), restore(snapshots, third, "again", false).count());
        }
    }

    @Test
    void aDamagedSnapshotIsRefusedWithTheNameOfTheFileAndChangesNothing() throws IOException {
        int damages = 0;
        try (Engine engine = Engine.open(settings())) {
            EngineSnapshots snapshots = engine.snapshots(directory.resolve("backup"));
            EngineCollection docs = engine.create("docs", CONFIG);
            write(docs, 1, 40);
            docs.optimize();
            write(docs, 41, 42);
            SnapshotInfo info = snapshots.create("docs");
            Path snapshot = directory.resolve("backup/docs").resolve(info.name());
            List<Path> segments = files(directory.resolve("data/segments"));
            for (Path file : files(snapshot)) {
                byte[] good = Files.readAllBytes(file);
                for (String damage :
                        good.length == 0 ? List.of("missing", "longer") : List.of("flip", "cut", "missing", "longer")) {
                    byte[] bad = good.clone();
                    Files.delete(file);
                    switch (damage) {
                        case "flip" -> {
                            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                            Files.write(file, bad);
                        }
                        case "cut" -> Files.write(file, Arrays.copyOf(good, random.nextInt(good.length)));
                        case "longer" -> Files.write(file, Arrays.copyOf(good, good.length + 1));
                        default -> {}
                    }
                    for (String as : List.of("docs", "new")) {
                        EngineException e = assertThrows(
                                EngineException.InvalidArgument.class, () -> restore(snapshots, info, as, true));
                        assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
                    }
                    damages++;
                    Files.write(file, good);
                }
            }
            assertEquals(List.of("docs"), engine.collections());
            assertEquals(segments, files(directory.resolve("data/segments")));
            verify(docs, 42);
            verify(restore(snapshots, info, "new", false), 42);
        }
        System.out.println("SnapshotIT: " + damages + " damages refused");
    }

    @Test
    void restoresInPlaceWhileThisAndOtherCollectionsAreSearched() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        try (Engine engine = Engine.open(settings());
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            EngineSnapshots snapshots = engine.snapshots();
            for (String name : List.of("docs", "other")) {
                write(engine.create(name, CONFIG), 1, 30);
            }
            SnapshotInfo info = snapshots.create("docs");
            write(engine.collection("docs"), 31, 60);
            assertThrows(EngineException.Conflict.class, () -> restore(snapshots, info, "docs", false));
            assertThrows(EngineException.InvalidArgument.class, () -> restore(snapshots, info, "../docs", true));
            List<Future<Integer>> readers = new ArrayList<>();
            for (String name : List.of("docs", "other")) {
                readers.add(threads.submit(() -> {
                    int searches = 0;
                    while (!stop.get() || searches == 0) {
                        try {
                            float[] query = batch(1).getFirst().vector();
                            assertEquals(
                                    10,
                                    engine.collection(name)
                                            .search(SearchRequest.of(query, 10))
                                            .size());
                            searches++;
                        } catch (EngineException.Unavailable e) {
                            assertEquals("docs", name, "only what is replaced may turn a search away");
                        }
                    }
                    return searches;
                }));
            }
            EngineCollection replaced = engine.collection("docs");
            EngineCollection restored;
            try {
                restored = restore(snapshots, info, "docs", true);
            } finally {
                stop.set(true);
            }
            for (Future<Integer> reader : readers) {
                assertTrue(reader.get() > 0);
            }
            verify(restored, 30);
            verify(engine.collection("docs"), 30);
            verify(engine.collection("other"), 30);
            assertThrows(EngineException.Unavailable.class, () -> replaced.count());
            engine.delete("docs");
            verify(restore(snapshots, info, "docs", false), 30);
        }
        try (Engine engine = Engine.open(settings())) {
            verify(engine.collection("docs"), 30);
            verify(engine.collection("other"), 30);
            try (Stream<Path> folders = Files.list(directory.resolve("data/segments"))) {
                assertEquals(2, folders.count());
            }
        }
    }

    @Test
    void holdsNothingOfOtherCollections() throws IOException {
        String secret = "0123456789 words of another collection";
        try (Engine engine = Engine.open(settings())) {
            write(engine.create("docs", CONFIG), 1, 10);
            EngineCollection other = engine.create("confidential", CONFIG);
            float[] vector = new float[DIMENSION];
            Arrays.fill(vector, 3);
            other.upsert(List.of(new Point(PointId.of("id " + secret), vector, new Payload(Map.of("text", secret)))));
            SnapshotInfo info = engine.snapshots().create("docs");
            other.upsert(List.of(new Point(PointId.of("and " + secret), vector, Payload.EMPTY)));
            engine.snapshots().create("docs");
            for (Path file : files(directory.resolve("data/snapshots"))) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(bytes.contains(secret) || bytes.contains("confidential"), file.toString());
            }
            verify(restore(engine.snapshots(), info, "copy", false), 10);
        }
    }

    @Test
    void nothingIsLeftOfARestoreThatFails() throws IOException {
        SnapshotInfo info;
        try (Engine engine = Engine.open(settings())) {
            EngineCollection docs = engine.create("docs", CONFIG);
            write(docs, 1, 40);
            docs.optimize();
            info = engine.snapshots().create("docs");
        }
        int failures = 0;
        boolean failed = true;
        for (int operation = 0; failed; operation += 2) {
            try (Engine engine = Engine.open(settings(), new FullDisk(operation, Integer.MAX_VALUE))) {
                List<Path> before = files(directory.resolve("data/segments"));
                try {
                    restore(engine.snapshots(), info, "copy", false);
                    engine.delete("copy");
                    failed = false;
                } catch (EngineException.ResourceExhausted e) {
                    failures++;
                }
                assertEquals(List.of("docs"), engine.collections());
                assertEquals(before, files(directory.resolve("data/segments")));
                verify(engine.collection("docs"), 40);
            }
        }
        assertTrue(failures > 5, failures + " failures");
    }
}
