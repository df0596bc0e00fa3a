package io.vecino.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.PointId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreIT {
    private static final CollectionConfig CONFIG = CollectionConfig.of(3, Metric.IP);

    @TempDir
    private Path directory;

    private final Random random = Vectors.random("StoreIT");

    private PointId randomId() {
        return switch (random.nextInt(3)) {
            case 0 -> PointId.of(random.nextLong());
            case 1 -> new PointId.Uuid(new UUID(random.nextLong(), random.nextLong()));
            default -> PointId.of("key" + random.nextInt() + "é");
        };
    }

    @Test
    void keysSortLikeIdsAndReadBack() {
        List<PointId> ids = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            PointId id = randomId();
            ids.add(id);
            assertEquals(id, PointKey.decode(PointKey.encode(id)));
        }
        List<PointId> byKey = ids.stream()
                .sorted((a, b) -> java.util.Arrays.compareUnsigned(PointKey.encode(a), PointKey.encode(b)))
                .toList();
        assertEquals(ids.stream().sorted().toList(), byKey);
    }

    @Test
    void aViewIsNotDisturbedByLaterWrites() {
        try (Store store = Store.open(directory, new NativeMemory(1 << 28))) {
            PointStore points = store.create("c", CONFIG);
            byte[] key = PointKey.encode(PointId.of(1));
            try (StoreBatch batch = points.batch()) {
                batch.put(key, new float[] {1, 2, 3}, new byte[] {9}, 1);
                batch.sequence(1);
                batch.commit();
            }
            try (PointView view = points.view()) {
                try (StoreBatch batch = points.batch()) {
                    batch.remove(key);
                    batch.sequence(2);
                    batch.commit();
                }
                PointRow seen = view.row(PointId.of(1)).orElseThrow();
                assertArrayEquals(
                        new float[] {1, 2, 3},
                        view.vectors(List.of(PointId.of(1))).getFirst());
                assertArrayEquals(new byte[] {9}, seen.payload());
                assertEquals(1, seen.sequence());
            }
            try (PointView view = points.view()) {
                assertTrue(view.row(PointId.of(1)).isEmpty());
            }
            assertEquals(2, points.lastSequence());
        }
    }

    @Test
    void scansInIdOrderAndStopsWhenTold() {
        try (Store store = Store.open(directory, new NativeMemory(1 << 28))) {
            PointStore points = store.create("c", CONFIG);
            List<PointId> ids = new ArrayList<>();
            try (StoreBatch batch = points.batch()) {
                for (int i = 0; i < 100; i++) {
                    ids.add(randomId());
                    batch.put(PointKey.encode(ids.getLast()), new float[3], new byte[0], 1);
                }
                batch.commit();
            }
            ids.sort(null);
            assertEquals(ids.subList(0, 40), scan(points, null));
            assertEquals(ids.subList(50, 90), scan(points, ids.get(49)));
        }
    }

    private static List<PointId> scan(PointStore points, @Nullable PointId after) {
        List<PointId> seen = new ArrayList<>();
        try (PointView view = points.view()) {
            view.scan(after, row -> {
                seen.add(row.id());
                return seen.size() < 40;
            });
        }
        return seen;
    }

    @Test
    void tombstonesAndRecentPointsAreForgottenByRange() {
        try (Store store = Store.open(directory, new NativeMemory(1 << 28))) {
            PointStore points = store.create("c", CONFIG);
            try (StoreBatch batch = points.batch()) {
                for (int i = 1; i <= 10; i++) {
                    batch.bury(i, 7, 100 + i);
                    batch.unsealed(PointKey.encode(PointId.of(i)), i);
                }
                batch.forget(3);
                batch.sealed(8);
                batch.commitSynced();
            }
            List<Long> buried = new ArrayList<>();
            points.tombstones((segment, ordinal, sequence) -> {
                assertEquals(7, ordinal);
                assertEquals(100 + segment, sequence);
                buried.add(segment);
            });
            assertEquals(List.of(1L, 2L, 4L, 5L, 6L, 7L, 8L, 9L, 10L), buried);
            List<PointId> recent = new ArrayList<>();
            points.recent((sequence, key) -> recent.add(PointKey.decode(key)));
            assertEquals(List.of(PointId.of(9), PointId.of(10)), recent);
        }
    }

    @Test
    void aDamagedValueIsNamedAndNeverDecoded() {
        byte[] value = PointRow.encode(7, new byte[0]);
        for (int length = 0; length < value.length; length++) {
            byte[] truncated = java.util.Arrays.copyOf(value, length);
            var error =
                    assertThrows(EngineException.StorageFailure.class, () -> PointRow.decode(PointId.of(5), truncated));
            assertTrue(error.getMessage().contains("point 5"), error.getMessage());
        }
        value[0] = 2;
        assertThrows(EngineException.StorageFailure.class, () -> PointRow.decode(PointId.of(5), value));
    }

    @Test
    void aDamagedDatabaseFileIsReportedNotServed() throws IOException {
        try (Store store = Store.open(directory, new NativeMemory(1 << 28))) {
            store.create("c", CONFIG);
        }
        try (var files = Files.list(directory.resolve("rocksdb"))) {
            for (Path manifest :
                    files.filter(path -> path.toString().contains("MANIFEST")).toList()) {
                byte[] bytes = Files.readAllBytes(manifest);
                bytes[bytes.length / 2] ^= 0x55;
                Files.write(manifest, bytes);
            }
        }
        var error = assertThrows(
                EngineException.StorageFailure.class, () -> Store.open(directory, new NativeMemory(1 << 28)));
        assertTrue(error.getMessage().contains(directory.toString()), error.getMessage());
    }
}
