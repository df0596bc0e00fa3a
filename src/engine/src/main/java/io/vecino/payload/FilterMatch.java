package io.vecino.payload;

import io.vecino.model.Filter;
import io.vecino.model.FilterValues;
import io.vecino.model.Payload;
import io.vecino.model.PointId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a filter holds for a point: what every index must agree with. */
public final class FilterMatch {
    private FilterMatch() {}

    /** Whether the filter holds. */
    public static boolean holds(Filter filter, PointId id, Payload payload) {
        return switch (filter) {
            case Filter.All(List<Filter> of) -> of.stream().allMatch(one -> holds(one, id, payload));
            case Filter.Any(List<Filter> of) -> of.stream().anyMatch(one -> holds(one, id, payload));
            case Filter.Not(Filter of) -> !holds(of, id, payload);
            case Filter.HasId(Set<PointId> ids) -> ids.contains(id);
            case Filter.Condition condition -> holds(condition, value(payload, condition.field()));
        };
    }

    /** The value under a path; null if there is none. */
    public static @Nullable Object value(Payload payload, String path) {
        return value(payload.fields(), path);
    }

    private static @Nullable Object value(Map<?, ?> fields, String path) {
        if (fields.containsKey(path)) {
            return fields.get(path);
        }
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            if (fields.get(path.substring(0, dot)) instanceof Map<?, ?> nested) {
                return value(nested, path.substring(dot + 1));
            }
        }
        return null;
    }

    /** Whether a condition holds for the value of its field. */
    static boolean holds(Filter.Condition condition, @Nullable Object value) {
        if (condition instanceof Filter.Exists) {
            return value != null;
        }
        if (value instanceof List<?> elements) {
            return elements.stream().anyMatch(element -> holdsForScalar(condition, element));
        }
        return !(condition instanceof Filter.Contains) && holdsForScalar(condition, value);
    }

    /** Whether a condition holds for a value that is no array, or for one element of an array. */
    static boolean holdsForScalar(Filter.Condition condition, @Nullable Object value) {
        return switch (condition) {
            case Filter.In in -> in.values().stream().anyMatch(one -> equal(one, value));
            case Filter.Contains contains -> equal(contains.value(), value);
            case Filter.Prefix prefix -> value instanceof String text && text.startsWith(prefix.prefix());
            case Filter.Range range -> within(range, value);
            case Filter.Exists _ -> value != null;
        };
    }

    private static boolean equal(Object wanted, @Nullable Object value) {
        if (wanted instanceof Number a && value instanceof Number b) {
            return FilterValues.compare(a, b) == 0;
        }
        return wanted.equals(value);
    }

    private static boolean within(Filter.Range range, @Nullable Object value) {
        if (value instanceof String text) {
            Instant instant = FilterValues.instant(text).orElse(null);
            return instant != null
                    && bound(range.gt(), instant, 1, 1)
                    && bound(range.gte(), instant, 0, 1)
                    && bound(range.lt(), instant, -1, -1)
                    && bound(range.lte(), instant, -1, 0);
        }
        return value instanceof Number
                && bound(range.gt(), value, 1, 1)
                && bound(range.gte(), value, 0, 1)
                && bound(range.lt(), value, -1, -1)
                && bound(range.lte(), value, -1, 0);
    }

    /** Whether the sign of comparing the value with the bound lies between two numbers; true without a bound. */
    private static boolean bound(@Nullable Object bound, Object value, int from, int to) {
        if (bound == null) {
            return true;
        }
        int sign;
        if (bound instanceof Number number && value instanceof Number given) {
            sign = Integer.signum(FilterValues.compare(given, number));
        } else if (bound instanceof String text && value instanceof Instant given) {
            sign = Integer.signum(given.compareTo(FilterValues.instant(text).orElseThrow()));
        } else {
            return false;
        }
        return sign >= from && sign <= to;
    }
}
