package io.vecino.model;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values that conditions compare with. */
public final class FilterValues {
    /** A list counts as one clause per so many values. */
    static final int VALUES_PER_CLAUSE = 40;

    private FilterValues() {}

    /** A text, number or boolean, numbers widened to {@link Long} or {@link Double}. */
    static Object scalar(Object value) {
        return switch (value) {
            case String _, Boolean _, Long _ -> value;
            case Integer i -> i.longValue();
            case Float f -> finite(f.doubleValue());
            case Double d -> finite(d);
            default ->
                throw new EngineException.InvalidArgument(
                        "filter",
                        "a text, a number, true or false",
                        value.getClass().getSimpleName());
        };
    }

    private static Double finite(double value) {
        if (!Double.isFinite(value)) {
            throw new EngineException.InvalidArgument("filter", "a finite number", String.valueOf(value));
        }
        return value;
    }

    static void bounds(String field, @Nullable Object... bounds) {
        long given = Arrays.stream(bounds).filter(Objects::nonNull).count();
        long numbers =
                Arrays.stream(bounds).filter(bound -> bound instanceof Number).count();
        long instants = Arrays.stream(bounds)
                .filter(bound -> bound instanceof String text && instant(text).isPresent())
                .count();
        if (given == 0 || (numbers != given && instants != given)) {
            throw new EngineException.InvalidArgument(
                    "filter on " + field,
                    "gt, gte, lt or lte, all of them numbers or all of them points in time as in RFC 3339",
                    Arrays.toString(bounds));
        }
    }

    /** A text of RFC 3339 as a point in time; empty for any other text. */
    public static Optional<Instant> instant(String text) {
        if (text.length() < 20 || text.charAt(4) != '-') {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Orders numbers exactly, whether whole or not. */
    public static int compare(Number a, Number b) {
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        if (a instanceof Long x) {
            return compareWhole(x, b.doubleValue());
        }
        return b instanceof Long y
                ? -compareWhole(y, a.doubleValue())
                : Double.compare(a.doubleValue() + 0.0, b.doubleValue() + 0.0);
    }

    private static int compareWhole(long a, double b) {
        if (b >= 0x1p63) {
            return -1;
        }
        if (b < -0x1p63) {
            return 1;
        }
        long whole = (long) b;
        return a != whole ? Long.compare(a, whole) : Double.compare(0.0, b - whole + 0.0);
    }
}
