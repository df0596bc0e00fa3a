package io.vecino.payload;

import io.vecino.model.Filter;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * The values of one field row by row, for segments that still grow.
 *
 * @param size rows looked at
 * @param values of a row
 */
public record FieldRows(int size, IntFunction<@Nullable Object> values) implements FieldIndex {
    @Override
    public Selection select(Filter.Condition condition) {
        MutableRoaringBitmap found = new MutableRoaringBitmap();
        for (int row = 0; row < size; row++) {
            if (FilterMatch.holds(condition, values.apply(row))) {
                found.add(row);
            }
        }
        return new Selection(found, true);
    }
}
