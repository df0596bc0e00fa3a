package io.vecino.payload;

import io.vecino.model.FieldType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/** Collects the values of one field of a segment. For one thread. */
final class FieldBuilder {
    private final FieldType type;
    private final MutableRoaringBitmap present = new MutableRoaringBitmap();
    private final MutableRoaringBitmap arrays = new MutableRoaringBitmap();
    private final MutableRoaringBitmap others = new MutableRoaringBitmap();
    private final TreeMap<String, MutableRoaringBitmap> terms = new TreeMap<>();
    private long[] keys = new long[64];
    private int[] ordinals = new int[64];
    private int count;

    FieldBuilder(FieldType type) {
        this.type = type;
    }

    void add(int ordinal, @Nullable Object value) {
        if (value == null) {
            return;
        }
        present.add(ordinal);
        if (value instanceof List<?> elements) {
            arrays.add(ordinal);
            elements.forEach(element -> scalar(ordinal, element));
        } else {
            scalar(ordinal, value);
        }
    }

    private void scalar(int ordinal, @Nullable Object value) {
        if (value == null || value instanceof List<?> || value instanceof Map<?, ?>) {
            return;
        }
        if (type == FieldType.KEYWORD && value instanceof String text) {
            terms.computeIfAbsent(text, _ -> new MutableRoaringBitmap()).add(ordinal);
        } else {
            FieldValue.key(type, value).ifPresentOrElse(key -> number(ordinal, key), () -> others.add(ordinal));
        }
    }

    private void number(int ordinal, long key) {
        if (count == keys.length) {
            keys = Arrays.copyOf(keys, 2 * count);
            ordinals = Arrays.copyOf(ordinals, 2 * count);
        }
        keys[count] = key;
        ordinals[count++] = ordinal;
    }

    MutableRoaringBitmap present() {
        return present;
    }

    MutableRoaringBitmap arrays() {
        return arrays;
    }

    MutableRoaringBitmap others() {
        return others;
    }

    /** In the order of {@link String#compareTo}. */
    Map<String, MutableRoaringBitmap> terms() {
        return terms;
    }

    /** One entry per number, by key, of equal keys by ordinal. */
    Numbers numbers() {
        long[] sortedKeys = new long[count];
        int[] sortedOrdinals = new int[count];
        Integer[] order = new Integer[count];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> {
            int byKey = Long.compare(keys[a], keys[b]);
            return byKey != 0 ? byKey : Integer.compare(ordinals[a], ordinals[b]);
        });
        for (int i = 0; i < count; i++) {
            sortedKeys[i] = keys[order[i]];
            sortedOrdinals[i] = ordinals[order[i]];
        }
        return new Numbers(sortedKeys, sortedOrdinals);
    }

    /** @param ordinals that have the keys at the same positions */
    @SuppressWarnings("ArrayRecordComponent") // written to a file and forgotten
    record Numbers(long[] keys, int[] ordinals) {}
}
