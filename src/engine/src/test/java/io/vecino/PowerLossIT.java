package io.vecino;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.FieldType;
import io.vecino.model.Filter;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchParams;
import io.vecino.model.SearchRequest;
import io.vecino.storage.ForgetfulDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Power loss and failing disks in the middle of sealing and merging. Longer with {@code -Dvecino.test.long}: more seeds.
 */
class PowerLossIT {
    private static final int DIMENSION = 8;
    private static final int SEAL_POINTS = 60;
    private static final int MOST_BATCHES = 60;
    private static final CollectionConfig CONFIG = CollectionConfig.of(DIMENSION, Metric.L2)
            .with(Pipeline.parse("none/int8"))
            .withPayloadIndexes(Map.of("n", FieldType.INTEGER));

    @TempDir
    private Path directory;

    private final boolean thorough = Boolean.getBoolean("vecino.test.long");
    private final Random random = Vectors.random("PowerLossIT");
    private final Map<PointId, Point> acknowledged = new HashMap<>();

    private static EngineConfig settings(Path data) {
        return EngineConfig.of(data).withSealPoints(SEAL_POINTS);
    }

    private void write(EngineCollection docs) {
        if (random.nextInt(4) == 0 && !acknowledged.isEmpty()) {
            List<PointId> ids =
                    acknowledged.keySet().stream().limit(1 + random.nextInt(10)).toList();
            docs.delete(ids);
            ids.forEach(acknowledged::remove);
        } else {
            Map<PointId, Point> batch = new HashMap<>();
            for (int i = 0; i < 20; i++) {
                PointId id = PointId.of(random.nextInt(500));
                Payload payload = new Payload(Map.of("n", random.nextInt(5)));
                batch.put(id, new Point(id, Vectors.gaussian(random, DIMENSION, 1), payload));
            }
            docs.upsert(List.copyOf(batch.values()));
            acknowledged.putAll(batch);
        }
    }

    private void verify(EngineCollection docs) {
        assertEquals(acknowledged.size(), docs.count());
        acknowledged.forEach((id, point) -> {
            assertArrayEquals(point.vector(), docs.get(id).orElseThrow().vector());
            SearchParams params =
                    new SearchParams(SearchParams.DEFAULT.efSearch(), SearchParams.DEFAULT.nprobe(), 20, false);
            List<ScoredPoint> hits =
                    docs.search(SearchRequest.of(point.vector(), 1).with(params));
            assertEquals(id, hits.getFirst().id());
        });
        for (long n = 0; n < 5; n++) {
            long wanted = n;
            assertEquals(
                    acknowledged.values().stream()
                            .filter(point -> Long.valueOf(wanted)
                                    .equals(point.payload().fields().get("n")))
                            .count(),
                    docs.count(Filter.eq("n", n)));
        }
    }

    /** A copy of the database with a torn write at the end of its log. */
    private void copyDatabase(Path data, Path target) throws IOException {
        Path from = data.resolve("rocksdb");
        Path to = Files.createDirectories(target.resolve("rocksdb"));
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                if (!file.endsWith("LOCK")) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
        }
        try (Stream<Path> logs = Files.list(to)) {
            List<Path> live = logs.filter(path -> path.toString().endsWith(".log"))
                    .sorted()
                    .toList();
            // Blocks that the file system gave to the log and never wrote, or a record of which parts were written.
            if (!live.isEmpty()) {
                byte[] torn = new byte[random.nextInt(600)];
                if (random.nextBoolean()) {
                    random.nextBytes(torn);
                }
                Files.write(live.getLast(), torn, StandardOpenOption.APPEND);
            }
        }
    }

    @Test
    void whatWasAcknowledgedSurvivesPowerLossAtAnyFileOperation() throws IOException {
        int losses = 0;
        int rounds = thorough ? 200 : 25;
        for (int round = 0; round < rounds; round++) {
            acknowledged.clear();
            Path data = directory.resolve("data" + round);
            Path left = directory.resolve("left" + round);
            ForgetfulDisk disk = new ForgetfulDisk(random.nextInt(250));
            Engine engine = Engine.open(settings(data), disk);
            try {
                EngineCollection docs = engine.create("docs", CONFIG);
                for (int i = 0; i < MOST_BATCHES && !disk.stopped(); i++) {
                    write(docs);
                }
                losses += disk.stopped() ? 1 : 0;
                copyDatabase(data, left);
                disk.leftover(data, left, random);
            } finally {
                disk.release();
                engine.close();
            }
            try (Engine reopened = Engine.open(settings(left))) {
                verify(reopened.collection("docs"));
                write(reopened.collection("docs"));
                reopened.collection("docs").optimize();
                verify(reopened.collection("docs"));
            }
        }
        System.out.println("PowerLossIT: " + rounds + " runs, " + losses + " of them stopped in the middle");
        assertTrue(losses > rounds / 3, losses + " losses");
    }

    @Test
    void aFullDiskAtAnyPointOfSealingLosesNothingAndIsRecoveredFrom() {
        List<Integer> points = new ArrayList<>();
        for (int n = 0; n < (thorough ? 120 : 40); n++) {
            points.add(n);
        }
        for (int n : points) {
            acknowledged.clear();
            Path data = directory.resolve("full" + n);
            try (Engine engine = Engine.open(settings(data), new FullDisk(n, 5))) {
                EngineCollection docs = engine.create("docs", CONFIG);
                for (int i = 0; i < 6; i++) {
                    write(docs);
                }
                for (int attempt = 0; attempt < 10; attempt++) {
                    try {
                        docs.optimize();
                    } catch (EngineException.ResourceExhausted e) {
                        assertTrue(e.getMessage().contains("No space left"), e.getMessage());
                    }
                }
                verify(docs);
                assertEquals(0, docs.info().unsealedPoints());
            }
            try (Engine engine = Engine.open(settings(data))) {
                verify(engine.collection("docs"));
            }
        }
    }
}
