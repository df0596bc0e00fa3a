package io.vecino.payload;

import io.vecino.model.Filter;
import io.vecino.model.PointId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/** From a filter to ordinals of one segment, as far as indexes tell. */
public final class FilterPlan {
    private final Source source;

    private FilterPlan(Source source) {
        this.source = source;
    }

    /** What a segment offers. */
    public interface Source {
        /** Ordinals are below this. */
        int size();

        /** The index of a field; null if it has none. */
        @Nullable
        FieldIndex field(String path);

        /** The ordinals of points. */
        MutableRoaringBitmap ordinals(Set<PointId> ids);
    }

    /** The ordinals that match, or may match where a field has no index. Deleted ones are among them. */
    public static Selection select(Filter filter, Source source) {
        return new FilterPlan(source).select(filter);
    }

    private Selection select(Filter filter) {
        return switch (filter) {
            case Filter.All(List<Filter> of) -> all(of);
            case Filter.Any(List<Filter> of) -> any(of);
            case Filter.Not(Filter of) -> not(select(of));
            case Filter.HasId(Set<PointId> ids) -> new Selection(source.ordinals(ids), true);
            case Filter.Condition condition -> {
                FieldIndex index = source.field(condition.field());
                yield index == null ? new Selection(everything(), false) : index.select(condition);
            }
        };
    }

    private MutableRoaringBitmap everything() {
        return MutableRoaringBitmap.bitmapOfRange(0, source.size());
    }

    private Selection all(List<Filter> filters) {
        Selection result = new Selection(everything(), true);
        for (Filter filter : filters) {
            Selection one = select(filter);
            result = new Selection(
                    ImmutableRoaringBitmap.and(result.ordinals(), one.ordinals()), result.exact() && one.exact());
        }
        return result;
    }

    private Selection any(List<Filter> filters) {
        MutableRoaringBitmap found = new MutableRoaringBitmap();
        boolean exact = true;
        for (Filter filter : filters) {
            Selection one = select(filter);
            found.or(one.ordinals());
            exact &= one.exact();
        }
        return new Selection(found, exact);
    }

    private Selection not(Selection of) {
        return of.exact()
                ? new Selection(ImmutableRoaringBitmap.andNot(everything(), of.ordinals()), true)
                : new Selection(everything(), false);
    }
}
