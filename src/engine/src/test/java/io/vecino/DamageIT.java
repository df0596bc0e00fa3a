package io.vecino;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.CollectionConfig;
import io.vecino.model.DirectoryReport;
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
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every kind of file of a data directory, as a killed process left it, cut short, with flipped bits or with a stretch of random
 * bytes: the damage is named, or mended, or harmless; no answer is wrong, nothing hangs. With {@code -Dvecino.test.long}: at 200
 * places of each kind.
 */
class DamageIT {
    private static final int DIMENSION = 32;
    private static final int POINTS = 200;
    private static final int WRITES = 8;
    private static final List<String> INDEXES = List.of("flat", "graph:fast", "faiss:HNSW16,Flat");
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private static final Random RANDOM = Vectors.random("DamageIT");

    @TempDir
    private static Path directory;

    private final int places = Boolean.getBoolean("vecino.test.long") ? 200 : 2;
    private static Path original = Path.of("");

    /** What the collections held after each of the writes that only the log has. */
    private static final List<List<Map<PointId, Point>>> STATES = new ArrayList<>();

    private static String name(int collection) {
        return "docs" + collection;
    }

    private static List<Point> points(int first, int count) {
        List<Point> points = new ArrayList<>();
        for (int i = first; i < first + count; i++) {
            Payload payload = new Payload(Map.of("n", i % 5));
            points.add(new Point(PointId.of(i), Vectors.gaussian(RANDOM, DIMENSION, 1), payload));
        }
        return points;
    }

    @BeforeAll
    static void fill() throws IOException {
        Path data = directory.resolve("data");
        List<Map<PointId, Point>> state = new ArrayList<>();
        try (Engine engine = Engine.open(data)) {
            for (int c = 0; c < INDEXES.size(); c++) {
                EngineCollection docs = engine.create(
                        name(c),
                        new CollectionConfig(
                                DIMENSION,
                                Metric.L2,
                                Pipeline.parse(c == 0 ? "none/int8" : "none/f32"),
                                IndexSpec.parse(INDEXES.get(c)),
                                Durability.FSYNC,
                                Map.of("n", FieldType.INTEGER)));
                state.add(new TreeMap<>());
                write(docs, state.get(c), points(0, POINTS));
                docs.optimize();
                write(docs, state.get(c), points(POINTS - 20, 40));
            }
        }
        try (Engine engine = Engine.open(data)) {
            remember(state);
            for (int i = 0; i < WRITES; i++) {
                int c = i % INDEXES.size();
                write(engine.collection(name(c)), state.get(c), points(20 * i, 25));
                remember(state);
            }
            original = copyOpen(data);
        }
    }

    private static void write(EngineCollection docs, Map<PointId, Point> state, List<Point> points) {
        docs.upsert(points);
        points.forEach(point -> state.put(point.id(), point));
    }

    private static void remember(List<Map<PointId, Point>> state) {
        STATES.add(state.stream()
                .map(TreeMap::new)
                .<Map<PointId, Point>>map(map -> map)
                .toList());
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path file : files(from)) {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            Files.copy(file, target);
        }
    }

    /** A copy of an open directory, once RocksDB does not move files about any more. */
    private static Path copyOpen(Path data) throws IOException {
        for (int attempt = 0; ; attempt++) {
            Path target = directory.resolve("original" + attempt);
            try {
                Map<Path, Long> before = sizes(data);
                copy(data, target);
                if (before.equals(sizes(data))) {
                    return target;
                }
            } catch (NoSuchFileException | UncheckedIOException e) {
                assertTrue(attempt < 10_000, () -> "the directory does not come to rest: " + e);
            }
        }
    }

    private static Map<Path, Long> sizes(Path data) throws IOException {
        Map<Path, Long> sizes = new HashMap<>();
        for (Path file : files(data)) {
            sizes.put(file, Files.size(file));
        }
        return sizes;
    }

    private static List<Path> files(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void damage(Path file, int how) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int at = RANDOM.nextInt(bytes.length);
        switch (how) {
            case 0 -> bytes[at] ^= (byte) (1 << RANDOM.nextInt(8));
            case 1 -> bytes = Arrays.copyOf(bytes, at);
            default -> {
                byte[] noise = new byte[Math.min(bytes.length - at, 1 + RANDOM.nextInt(600))];
                RANDOM.nextBytes(noise);
                System.arraycopy(noise, 0, bytes, at, noise.length);
            }
        }
        Files.write(file, bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "segments/1/1.ids",
                "segments/1/1.index",
                "segments/1/1.fields",
                "segments/2/1.index",
                "segments/3/1.index",
                "rocksdb/CURRENT",
                "rocksdb/IDENTITY",
                "rocksdb/MANIFEST",
                "rocksdb/OPTIONS",
                ".sst",
                ".blob",
                ".log"
            })
    void damageToAnyFileIsNamedOrMendedOrHarmless(String kind) throws IOException {
        List<Path> victims = files(original).stream()
                .map(original::relativize)
                .filter(path -> path.toString().contains(kind))
                .filter(path -> original.resolve(path).toFile().length() > 0)
                .toList();
        assertFalse(victims.isEmpty(), kind);
        Map<String, Integer> outcomes = new HashMap<>();
        for (int place = 0; place < places; place++) {
            Path data = directory.resolve("damaged-" + kind.replace('/', '-') + place);
            copy(original, data);
            Path victim = victims.get(RANDOM.nextInt(victims.size()));
            damage(data.resolve(victim), place % 3);
            String outcome = Assertions.assertTimeoutPreemptively(LONGEST, () -> outcome(data), victim.toString());
            outcomes.merge(outcome, 1, Integer::sum);
            delete(data);
        }
        System.out.println("DamageIT: " + kind + " damaged at " + places + " places: " + new TreeMap<>(outcomes));
    }

    private static void delete(Path data) throws IOException {
        for (Path file : files(data)) {
            Files.delete(file);
        }
    }

    private static String outcome(Path data) {
        boolean sound;
        try {
            DirectoryReport report = EngineDirectory.verify(data);
            sound = report.sound();
        } catch (EngineException.StorageFailure e) {
            sound = false;
        }
        try (Engine engine = Engine.open(data)) {
            boolean whole = holds(engine, STATES.getLast());
            boolean prefix = STATES.stream().anyMatch(state -> holds(engine, state));
            assertTrue(
                    prefix,
                    () -> "a state that never was: "
                            + engine.collections().stream()
                                    .map(name -> engine.collection(name).info())
                                    .toList());
            assertTrue(sound || whole, "points are missing beyond what the doctor names");
            return sound ? whole ? "harmless" : "an earlier state, as after a torn write" : "mended";
        } catch (EngineException.StorageFailure e) {
            assertFalse(sound, "the doctor found nothing, but: " + e);
            return "named";
        }
    }

    private static boolean holds(Engine engine, List<Map<PointId, Point>> state) {
        for (int c = 0; c < state.size(); c++) {
            if (engine.collections().size() != state.size()
                    || !Operations.holds(engine.collection(name(c)), state.get(c))) {
                return false;
            }
            EngineCollection docs = engine.collection(name(c));
            assertEquals(state.get(c).size(), docs.count());
            assertEquals(
                    state.get(c).values().stream()
                            .filter(point -> Long.valueOf(3)
                                    .equals(point.payload().fields().get("n")))
                            .count(),
                    docs.count(Filter.eq("n", 3)));
            for (Point point : state.get(c).values().stream().limit(10).toList()) {
                List<ScoredPoint> hits = docs.search(SearchRequest.of(point.vector(), 1));
                assertEquals(point.id(), hits.getFirst().id());
            }
        }
        return true;
    }
}
