package io.vecino.storage;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;

/**
 * The column families of a collection.
 *
 * @param points id → sequence and payload
 * @param vectors id → original float32 values, in blob files
 * @param recent sequence and id of points that are in no sealed segment; entries of replaced points are left behind
 * @param tombstones segment and ordinal → sequence of the write that replaced or removed the point
 * @param meta name → settings, trained pipelines, the manifest, the sequence number of the last write
 */
record Families(
        ColumnFamilyHandle points,
        ColumnFamilyHandle vectors,
        ColumnFamilyHandle recent,
        ColumnFamilyHandle tombstones,
        ColumnFamilyHandle meta) {
    private static final List<String> KINDS = List.of("points-", "vectors-", "recent-", "tombstones-", "meta-");

    /** The names for a collection, in the order of the components. */
    static List<String> names(long collectionId) {
        return KINDS.stream().map(kind -> kind + collectionId).toList();
    }

    /** The families if all are there. */
    static @Nullable Families find(Map<String, ColumnFamilyHandle> open, long collectionId) {
        List<String> names = names(collectionId);
        if (!open.keySet().containsAll(names)) {
            return null;
        }
        List<ColumnFamilyHandle> handles = names.stream().map(open::get).toList();
        return new Families(handles.get(0), handles.get(1), handles.get(2), handles.get(3), handles.get(4));
    }

    /** All of them, in the order of the components. */
    List<ColumnFamilyHandle> all() {
        return List.of(points, vectors, recent, tombstones, meta);
    }

    /** Whether a family's values are vectors. */
    static boolean ofVectors(String name) {
        return name.startsWith("vectors-");
    }

    static String name(byte[] family) {
        return new String(family, StandardCharsets.UTF_8);
    }
}
