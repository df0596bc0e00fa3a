package io.vecino.storage;

import io.vecino.model.EngineException;
import io.vecino.model.PointId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;

/** The points of a collection as they were at one moment. Thread-safe until closed. */
public final class PointView implements AutoCloseable {
    private final RocksDB database;
    private final Families families;
    private final int dimension;
    private final Snapshot snapshot;
    private final ReadOptions options;

    PointView(RocksDB database, Families families, int dimension) {
        this.database = database;
        this.families = families;
        this.dimension = dimension;
        this.snapshot = database.getSnapshot();
        this.options = new ReadOptions().setSnapshot(snapshot);
    }

    /** One point without its vector, if it is there. */
    public Optional<PointRow> row(PointId id) {
        try {
            return Optional.ofNullable(database.get(families.points(), options, PointKey.encode(id)))
                    .map(value -> PointRow.decode(id, value));
        } catch (RocksDBException e) {
            throw Rocks.failure("reading point " + id, e);
        }
    }

    /** Points without their vectors, in the order asked for; null where one is not there. */
    public List<@Nullable PointRow> rows(List<PointId> ids) {
        List<byte[]> values = values(families.points(), ids);
        List<@Nullable PointRow> rows = new ArrayList<>(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            byte[] value = values.get(i);
            rows.add(value == null ? null : PointRow.decode(ids.get(i), value));
        }
        return rows;
    }

    /** Original vectors in the order asked for; null where a point is not there. */
    @SuppressWarnings("NullAway") // the nullness of an array inside a list does not pass through generics
    public List<float @Nullable []> vectors(List<PointId> ids) {
        List<byte[]> values = values(families.vectors(), ids);
        List<float @Nullable []> vectors = new ArrayList<>(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            byte[] value = values.get(i);
            vectors.add(value == null ? null : decode(ids.get(i), value));
        }
        return vectors;
    }

    private List<byte[]> values(ColumnFamilyHandle family, List<PointId> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        List<byte[]> keys = ids.stream().map(PointKey::encode).toList();
        try {
            List<byte[]> values = database.multiGetAsList(options, Collections.nCopies(ids.size(), family), keys);
            for (int i = 0; i < values.size(); i++) {
                if (values.get(i) == null) {
                    // Null stands for a value that is not there and for one that cannot be read; this fails for the
                    // latter.
                    values.set(i, database.get(family, options, keys.get(i)));
                }
            }
            return values;
        } catch (RocksDBException e) {
            throw Rocks.failure("reading " + ids.size() + " points", e);
        }
    }

    private float[] decode(PointId id, byte[] value) {
        if (value.length != dimension * Float.BYTES) {
            throw new EngineException.StorageFailure(
                    "damaged vector of point " + id + ": expected " + dimension * Float.BYTES + " bytes, got "
                            + value.length,
                    null);
        }
        float[] vector = new float[dimension];
        ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }

    /** Visits points in id order, from the one after {@code after} on, until the visitor returns false. */
    public void scan(@Nullable PointId after, Predicate<PointRow> visitor) {
        byte[] skipped = after == null ? new byte[0] : PointKey.encode(after);
        scan(families.points(), skipped, (key, value) -> {
            boolean first = java.util.Arrays.equals(key, skipped);
            return first || visitor.test(PointRow.decode(PointKey.decode(key), value));
        });
    }

    /** Visits ids and original vectors in id order until the visitor returns false. */
    public void scanVectors(BiPredicate<PointId, float[]> visitor) {
        scan(families.vectors(), new byte[0], (key, value) -> {
            PointId id = PointKey.decode(key);
            return visitor.test(id, decode(id, value));
        });
    }

    private void scan(ColumnFamilyHandle family, byte[] from, BiPredicate<byte[], byte[]> visitor) {
        try (ReadOptions streaming = new ReadOptions().setSnapshot(snapshot).setFillCache(false);
                RocksIterator iterator = database.newIterator(family, streaming)) {
            iterator.seek(from);
            while (iterator.isValid() && visitor.test(iterator.key(), iterator.value())) {
                iterator.next();
            }
            iterator.status();
        } catch (RocksDBException e) {
            throw Rocks.failure("scanning points", e);
        }
    }

    @Override
    public void close() {
        options.close();
        database.releaseSnapshot(snapshot);
        snapshot.close();
    }
}
