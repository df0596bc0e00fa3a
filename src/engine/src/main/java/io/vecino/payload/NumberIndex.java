package io.vecino.payload;

import io.vecino.model.FieldType;
import io.vecino.model.Filter;
import io.vecino.model.FilterValues;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmapWriter;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/** Numbers, booleans and points in time as sorted keys, each with its ordinal. */
final class NumberIndex implements FieldIndex {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final FieldType type;
    private final MemorySegment body;
    private final int count;
    private final long keys;
    private final long rows;
    private final FieldOrdinals ordinals;

    /** @param directory where the number of keys stands */
    NumberIndex(FieldType type, MemorySegment body, long directory, FieldOrdinals ordinals) {
        this.type = type;
        this.body = body;
        this.count = Math.toIntExact(body.get(LONG, directory));
        this.keys = body.get(LONG, directory + Long.BYTES);
        this.rows = body.get(LONG, directory + 2 * Long.BYTES);
        this.ordinals = ordinals;
    }

    @Override
    public Selection select(Filter.Condition condition) {
        Hits hits = new Hits();
        switch (condition) {
            case Filter.Exists _ -> {
                return new Selection(ordinals.present(), true);
            }
            case Filter.In in -> in.values().forEach(value -> equal(value, hits));
            case Filter.Contains contains -> equal(contains.value(), hits);
            case Filter.Prefix _ -> text(hits);
            case Filter.Range range ->
                hits.add(first(at -> from(range, value(at))), first(at -> !upTo(range, value(at))));
        }
        return ordinals.answer(condition, hits.get(), hits.exact);
    }

    private void equal(Object wanted, Hits hits) {
        if (wanted instanceof String) {
            text(hits);
        } else if (comparable(wanted)) {
            hits.add(first(at -> compare(value(at), wanted) >= 0), first(at -> compare(value(at), wanted) > 0));
        }
    }

    /** A text may stand for a point in time in several ways, so that only the payload tells. */
    private void text(Hits hits) {
        if (type == FieldType.DATETIME) {
            hits.add(0, count);
            hits.exact = false;
        }
    }

    private boolean comparable(Object wanted) {
        return switch (type) {
            case INTEGER, FLOAT -> wanted instanceof Number;
            case BOOLEAN -> wanted instanceof Boolean;
            case DATETIME, KEYWORD -> false;
        };
    }

    private boolean from(Filter.Range range, Object value) {
        return meets(value, range.gt(), 1) && meets(value, range.gte(), 0);
    }

    private boolean upTo(Filter.Range range, Object value) {
        return meets(range.lt(), value, 1) && meets(range.lte(), value, 0);
    }

    /** Whether the sign of comparing the two is at least this; true if one is null. */
    private boolean meets(@Nullable Object a, @Nullable Object b, int least) {
        return a == null || b == null || Integer.signum(compare(bound(a), bound(b))) >= least;
    }

    private static Object bound(Object bound) {
        return bound instanceof String text ? FilterValues.instant(text).orElseThrow() : bound;
    }

    /** Values that cannot be compared are unequal in a way that no range holds them. */
    private static int compare(Object a, Object b) {
        return switch (a) {
            case Number x when b instanceof Number y -> FilterValues.compare(x, y);
            case Boolean x when b instanceof Boolean y -> Boolean.compare(x, y);
            case Instant x when b instanceof Instant y -> x.compareTo(y);
            default -> Integer.MIN_VALUE;
        };
    }

    private Object value(int at) {
        return FieldValue.value(type, body.get(LONG, keys + (long) at * Long.BYTES));
    }

    /** The first position at which a predicate holds that, once true, stays true. */
    private int first(IntPredicate predicate) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (predicate.test(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private final class Hits {
        private final RoaringBitmapWriter<MutableRoaringBitmap> writer =
                RoaringBitmapWriter.bufferWriter().doPartialRadixSort().get();
        private boolean exact = true;

        void add(int from, int to) {
            int[] found = new int[Math.max(0, to - from)];
            for (int i = 0; i < found.length; i++) {
                found[i] = body.get(INT, rows + (long) (from + i) * Integer.BYTES);
            }
            writer.addMany(found);
        }

        MutableRoaringBitmap get() {
            return writer.get();
        }
    }
}
