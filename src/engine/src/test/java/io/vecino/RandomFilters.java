package io.vecino;

import io.vecino.model.Filter;
import io.vecino.model.Payload;
import io.vecino.model.PointId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Payloads with fields of every type, and of mixed types, and filters over them. */
public final class RandomFilters {
    /** Fields, in part nested, in part never there. */
    public static final List<String> FIELDS = List.of("word", "whole", "real", "flag", "time", "a.b", "mixed", "never");

    private final Random random;

    public RandomFilters(Random random) {
        this.random = random;
    }

    private @Nullable Object scalar(String field) {
        return switch (field) {
            case "word", "a.b" -> "w" + random.nextInt(12) + (random.nextBoolean() ? "ä😀" : "");
            case "whole" -> (long) random.nextInt(-20, 20);
            case "real" -> random.nextInt(10) == 0 ? (Object) (long) random.nextInt(5) : random.nextInt(-40, 40) / 4.0;
            case "flag" -> random.nextBoolean();
            case "time" ->
                "20%02d-03-0%dT10:00:00%s"
                        .formatted(random.nextInt(10, 30), random.nextInt(1, 9), random.nextBoolean() ? "Z" : "+02:00");
            case "mixed" ->
                switch (random.nextInt(8)) {
                    case 0 -> "w" + random.nextInt(3);
                    case 1 -> (long) random.nextInt(3);
                    case 2 -> random.nextInt(6) / 2.0;
                    case 3 -> random.nextBoolean();
                    case 4 -> null;
                    case 5 -> Long.MAX_VALUE - random.nextInt(2);
                    case 6 -> 0x1p63;
                    default -> "2020-01-01T00:00:00Z";
                };
            default -> throw new IllegalArgumentException(field);
        };
    }

    private @Nullable Object value(String field) {
        if (random.nextInt(5) > 0) {
            return scalar(field);
        }
        List<@Nullable Object> array = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            array.add(random.nextInt(10) == 0 ? List.of("nested") : scalar(field));
        }
        return array;
    }

    /** A payload with some of the fields. */
    public Payload payload() {
        Map<String, @Nullable Object> fields = new HashMap<>();
        for (String field : List.of("word", "whole", "real", "flag", "time", "mixed")) {
            if (random.nextInt(6) > 0) {
                fields.put(field, value(field));
            }
        }
        if (random.nextBoolean()) {
            Map<String, @Nullable Object> nested = new HashMap<>();
            nested.put("b", value("a.b"));
            fields.put("a", nested);
        }
        return payload(fields);
    }

    @SuppressWarnings("NullAway") // null annotations inside a record's component type do not reach its callers
    private static Payload payload(Map<String, @Nullable Object> fields) {
        return new Payload(fields);
    }

    private String field() {
        return FIELDS.get(random.nextInt(FIELDS.size()));
    }

    private Object wanted(String field) {
        Object value = scalar(field.equals("never") || random.nextInt(6) == 0 ? "mixed" : field);
        return value == null ? "w1" : value;
    }

    private Filter.Condition condition() {
        String field = field();
        return switch (random.nextInt(6)) {
            case 0 -> new Filter.In(field, List.of(wanted(field)));
            case 1 -> new Filter.In(field, List.of(wanted(field), wanted(field), wanted(field)));
            case 2 -> new Filter.Contains(field, wanted(field));
            case 3 ->
                new Filter.Prefix(
                        field, List.of("", "w", "w1", "w11", "20", "2015", "x").get(random.nextInt(7)));
            case 4 -> new Filter.Exists(field);
            default -> range(field);
        };
    }

    private Filter.Range range(String field) {
        boolean time = field.equals("time") || random.nextInt(6) == 0;
        Object low = time ? "20%02d-03-05T09:00:00+01:00".formatted(random.nextInt(10, 30)) : number();
        Object high = time ? "20%02d-03-05T09:00:00.5Z".formatted(random.nextInt(10, 30)) : number();
        return switch (random.nextInt(4)) {
            case 0 -> new Filter.Range(field, low, null, null, null);
            case 1 -> new Filter.Range(field, null, low, high, null);
            case 2 -> new Filter.Range(field, null, null, null, high);
            default -> new Filter.Range(field, null, low, null, high);
        };
    }

    private Object number() {
        return random.nextBoolean() ? (Object) (long) random.nextInt(-20, 20) : random.nextInt(-60, 60) / 8.0;
    }

    /** A filter of at most this many levels over ids 0 to 999. */
    public Filter filter(int depth) {
        if (depth == 0 || random.nextInt(3) == 0) {
            return random.nextInt(12) == 0 ? ids() : condition();
        }
        return switch (random.nextInt(3)) {
            case 0 -> new Filter.All(filters(depth));
            case 1 -> new Filter.Any(filters(depth));
            default -> new Filter.Not(filter(depth - 1));
        };
    }

    private Filter ids() {
        Set<PointId> ids = new HashSet<>();
        for (int i = random.nextInt(50); i > 0; i--) {
            ids.add(PointId.of(random.nextInt(1_100)));
        }
        return new Filter.HasId(ids);
    }

    private List<Filter> filters(int depth) {
        List<Filter> filters = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            filters.add(filter(depth - 1));
        }
        return filters;
    }
}
