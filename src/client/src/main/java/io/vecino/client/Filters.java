package io.vecino.client;

import io.vecino.api.v1.Filter;
import io.vecino.api.v1.PointId;
import io.vecino.api.v1.PointIds;
import java.util.Collection;
import java.util.List;

/** Which points are meant. A field is named by its path: {@code author.name}. */
public final class Filters {
    private Filters() {}

    /** All of them hold. */
    public static Filter all(Filter... filters) {
        return Filter.newBuilder().setAll(list(filters)).build();
    }

    /** At least one of them holds. */
    public static Filter any(Filter... filters) {
        return Filter.newBuilder().setAny(list(filters)).build();
    }

    private static io.vecino.api.v1.Filters list(Filter... filters) {
        return io.vecino.api.v1.Filters.newBuilder()
                .addAllFilters(List.of(filters))
                .build();
    }

    public static Filter not(Filter filter) {
        return Filter.newBuilder().setNot(filter).build();
    }

    /** @param value a text, a number or a boolean */
    public static Filter eq(String field, Object value) {
        return in(field, List.of(value));
    }

    /** @param values texts, numbers or booleans, of which one is equal */
    public static Filter in(String field, Collection<?> values) {
        Filter.In.Builder in = Filter.In.newBuilder().setField(field);
        values.forEach(value -> in.addValues(Values.value(value)));
        return Filter.newBuilder().setIn(in).build();
    }

    /** The field is an array with this element. */
    public static Filter contains(String field, Object value) {
        return Filter.newBuilder()
                .setContains(Filter.Contains.newBuilder().setField(field).setValue(Values.value(value)))
                .build();
    }

    /** The text begins so. */
    public static Filter prefix(String field, String prefix) {
        return Filter.newBuilder()
                .setPrefix(Filter.Prefix.newBuilder().setField(field).setPrefix(prefix))
                .build();
    }

    /** The field is there and not null. */
    public static Filter exists(String field) {
        return Filter.newBuilder()
                .setExists(Filter.Exists.newBuilder().setField(field))
                .build();
    }

    /** @param bound a number, or a text of RFC 3339 */
    public static Filter gt(String field, Object bound) {
        return range(Filter.Range.newBuilder().setField(field).setGt(Values.value(bound)));
    }

    /** @param bound a number, or a text of RFC 3339 */
    public static Filter gte(String field, Object bound) {
        return range(Filter.Range.newBuilder().setField(field).setGte(Values.value(bound)));
    }

    /** @param bound a number, or a text of RFC 3339 */
    public static Filter lt(String field, Object bound) {
        return range(Filter.Range.newBuilder().setField(field).setLt(Values.value(bound)));
    }

    /** @param bound a number, or a text of RFC 3339 */
    public static Filter lte(String field, Object bound) {
        return range(Filter.Range.newBuilder().setField(field).setLte(Values.value(bound)));
    }

    private static Filter range(Filter.Range.Builder range) {
        return Filter.newBuilder().setRange(range).build();
    }

    public static Filter hasId(Collection<PointId> ids) {
        return Filter.newBuilder()
                .setHasId(PointIds.newBuilder().addAllIds(ids))
                .build();
    }
}
