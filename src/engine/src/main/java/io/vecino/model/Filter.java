package io.vecino.model;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which points are meant. A field is named by its path, {@code author.name}; a field of that very name goes before a nested
 * one. A condition on a field holds if it holds for its value or, if that is an array, for any of its elements. It never
 * holds for a value of another type: text is not a number.
 */
public sealed interface Filter {
    /** Most conditions in one filter. */
    int MAX_CLAUSES = 256;

    /** Deepest nesting. */
    int MAX_DEPTH = 32;

    /** Conditions on one field. */
    sealed interface Condition extends Filter {
        /** Path of the field. */
        String field();
    }

    /** All of them hold; true if there are none. */
    record All(List<Filter> of) implements Filter {
        public All {
            of = List.copyOf(of);
        }
    }

    /** At least one of them holds; false if there are none. */
    record Any(List<Filter> of) implements Filter {
        public Any {
            of = List.copyOf(of);
        }
    }

    /** It does not hold. */
    record Not(Filter of) implements Filter {}

    /** The id is one of these. */
    record HasId(Set<PointId> ids) implements Filter {
        public HasId {
            ids = Set.copyOf(ids);
        }
    }

    /** @param values texts, numbers or booleans, of which one is equal */
    record In(String field, List<Object> values) implements Condition {
        public In {
            values = values.stream().map(FilterValues::scalar).toList();
        }
    }

    /** The field is an array with an element equal to the value. */
    record Contains(String field, Object value) implements Condition {
        public Contains {
            value = FilterValues.scalar(value);
        }
    }

    /** The text begins so. */
    record Prefix(String field, String prefix) implements Condition {}

    /** The field is there and not null. */
    record Exists(String field) implements Condition {}

    /**
     * Between bounds, each of which may be null, but not all.
     *
     * @param gt greater than this: a number, or text of RFC 3339 for points in time
     */
    record Range(
            String field,
            @Nullable Object gt,
            @Nullable Object gte,
            @Nullable Object lt,
            @Nullable Object lte) implements Condition {
        public Range {
            FilterValues.bounds(field, gt, gte, lt, lte);
        }
    }

    /** Equal to a value. */
    static Filter eq(String field, Object value) {
        return new In(field, List.of(value));
    }

    /**
     * The same, if it is not too large.
     *
     * @throws EngineException.InvalidArgument if it is
     */
    static Filter checked(Filter filter) {
        int clauses = clauses(filter, 1);
        if (clauses > MAX_CLAUSES) {
            throw new EngineException.InvalidArgument(
                    "filter", "at most " + MAX_CLAUSES + " clauses", String.valueOf(clauses));
        }
        return filter;
    }

    private static int clauses(Filter filter, int depth) {
        if (depth > MAX_DEPTH) {
            throw new EngineException.InvalidArgument("filter", "at most " + MAX_DEPTH + " levels", "more");
        }
        return switch (filter) {
            case All(List<Filter> of) ->
                1 + of.stream().mapToInt(one -> clauses(one, depth + 1)).sum();
            case Any(List<Filter> of) ->
                1 + of.stream().mapToInt(one -> clauses(one, depth + 1)).sum();
            case Not(Filter of) -> 1 + clauses(of, depth + 1);
            case In in -> 1 + in.values().size() / FilterValues.VALUES_PER_CLAUSE;
            case HasId(Set<PointId> ids) -> 1 + ids.size() / FilterValues.VALUES_PER_CLAUSE;
            case Contains _, Prefix _, Exists _, Range _ -> 1;
        };
    }
}
