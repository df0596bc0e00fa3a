package io.vecino.server;

import io.vecino.model.EngineException;
import io.vecino.model.Filter;
import io.vecino.model.PointId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * {@code {"all":[…]}}, {@code {"any":[…]}}, {@code {"not":…}}, {@code {"has_id":[…]}}, or {@code {"field", one of "eq",
 * "in", "contains", "prefix", "exists", or of "gt", "gte", "lt", "lte" some}}.
 */
final class FilterInput {
    private static final int MAX_VALUES = 10_000;
    private static final String EXPECTED =
            "one of all, any, not, has_id, or field with eq, in, contains, prefix, exists or bounds";

    private final Map<String, Filter> whole = new HashMap<>();
    private final Map<String, Object> bounds = new HashMap<>();
    private @Nullable String field;
    private @Nullable List<Object> in;
    private @Nullable Object contains;
    private @Nullable String prefix;
    private @Nullable Boolean exists;

    private FilterInput() {}

    static Filter read(JsonInput in) {
        FilterInput body = new FilterInput();
        in.object(name -> body.field(in, name));
        try {
            return body.filter(in);
        } catch (EngineException.InvalidArgument e) {
            throw in.invalid(e.expected(), e.got());
        }
    }

    private boolean field(JsonInput in, String name) {
        switch (name) {
            case "all" -> whole.put(name, new Filter.All(in.array(Filter.MAX_CLAUSES, FilterInput::read)));
            case "any" -> whole.put(name, new Filter.Any(in.array(Filter.MAX_CLAUSES, FilterInput::read)));
            case "not" -> whole.put(name, new Filter.Not(read(in)));
            case "has_id" -> {
                List<PointId> ids = in.array(MAX_VALUES, ValueInput::id);
                whole.put(name, new Filter.HasId(new HashSet<>(ids)));
            }
            case "field" -> field = in.text();
            case "eq" -> this.in = List.of(scalar(in));
            case "in" -> this.in = in.array(MAX_VALUES, FilterInput::scalar);
            case "contains" -> contains = scalar(in);
            case "prefix" -> prefix = in.text();
            case "exists" -> exists = in.flag();
            case "gt", "gte", "lt", "lte" -> bounds.put(name, scalar(in));
            default -> {
                return false;
            }
        }
        return true;
    }

    private static Object scalar(JsonInput in) {
        JsonParser parser = in.parser();
        return switch (parser.currentToken()) {
            case VALUE_STRING -> in.text();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> {
                if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                    throw in.invalid("a signed 64-bit integer", in.got());
                }
                yield parser.getLongValue();
            }
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            default -> throw in.invalid("a text, a number, true or false", in.got());
        };
    }

    private Filter filter(JsonInput json) {
        int conditions = (in == null ? 0 : 1)
                + (contains == null ? 0 : 1)
                + (prefix == null ? 0 : 1)
                + (exists == null ? 0 : 1)
                + (bounds.isEmpty() ? 0 : 1);
        boolean alone = field == null && whole.size() == 1 && conditions == 0;
        boolean onField = field != null && whole.isEmpty() && conditions == 1;
        if (!alone && !onField) {
            throw json.invalid(EXPECTED, "another combination");
        }
        if (field == null) {
            return whole.values().iterator().next();
        }
        return condition(field);
    }

    private Filter condition(String path) {
        if (in != null) {
            return new Filter.In(path, in);
        }
        if (contains != null) {
            return new Filter.Contains(path, contains);
        }
        if (prefix != null) {
            return new Filter.Prefix(path, prefix);
        }
        if (exists != null) {
            return exists ? new Filter.Exists(path) : new Filter.Not(new Filter.Exists(path));
        }
        return new Filter.Range(path, bounds.get("gt"), bounds.get("gte"), bounds.get("lt"), bounds.get("lte"));
    }
}
