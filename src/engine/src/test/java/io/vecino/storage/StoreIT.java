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
        try (Store store = Store.open(directory)) {
            PointStore points = store.create("c", CONFIG);
            StoredRow first = new StoredRow(PointId.of(1), 1, new float[] {1, 2, 3}, new byte[] {9});
            points.write(List.of(first), List.of(), 1);
            try (PointStore.View view = points.view()) {
                points.write(List.of(), List.of(PointId.of(1)), 2);
                StoredRow seen = view.get(PointId.of(1)).orElseThrow();
                assertArrayEquals(first.vector(), seen.vector());
                assertArrayEquals(first.payload(), seen.payload());
                assertEquals(1, seen.sequence());
            }
            try (PointStore.View view = points.view()) {
                assertTrue(view.get(PointId.of(1)).isEmpty());
            }
            assertEquals(2, points.lastSequence());
        }
    }

    @Test
    void scansInIdOrderAndStopsWhenTold() {
        try (Store store = Store.open(directory)) {
            PointStore points = store.create("c", CONFIG);
            List<StoredRow> rows = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                rows.add(new StoredRow(randomId(), 1, new float[3], new byte[0]));
            }
            points.write(rows, List.of(), 1);
            List<PointId> seen = new ArrayList<>();
            try (PointStore.View view = points.view()) {
                view.scan(row -> {
                    seen.add(row.id());
                    return seen.size() < 40;
                });
            }
            assertEquals(rows.stream().map(StoredRow::id).sorted().limit(40).toList(), seen);
        }
    }

    @Test
    void aDamagedValueIsNamedAndNeverDecoded() {
        byte[] value = new StoredRow(PointId.of(5), 7, new float[] {1, 2, 3}, new byte[0]).encodeValue();
        for (int length = 0; length < value.length; length++) {
            byte[] truncated = java.util.Arrays.copyOf(value, length);
            var error = assertThrows(
                    EngineException.StorageFailure.class, () -> StoredRow.decode(PointId.of(5), truncated));
            assertTrue(error.getMessage().contains("point 5"), error.getMessage());
        }
        value[0] = 2;
        assertThrows(EngineException.StorageFailure.class, () -> StoredRow.decode(PointId.of(5), value));
    }

    @Test
    void aDamagedDatabaseFileIsReportedNotServed() throws IOException {
        try (Store store = Store.open(directory)) {
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
        var error = assertThrows(EngineException.StorageFailure.class, () -> Store.open(directory));
        assertTrue(error.getMessage().contains(directory.toString()), error.getMessage());
    }
}
