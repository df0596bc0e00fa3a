package io.vecino.payload;

import io.vecino.model.FieldType;
import io.vecino.model.FilterValues;
import java.time.Instant;
import java.util.OptionalLong;

/** Values of a type as 64-bit keys in the order of the values. Texts of {@link FieldType#KEYWORD} have none. */
final class FieldValue {
    private static final long EXACT_IN_DOUBLE = 1L << 53;
    private static final long NANOS = 1_000_000_000L;

    private FieldValue() {}

    /** What stands for the type in files. */
    static int code(FieldType type) {
        return switch (type) {
            case KEYWORD -> 1;
            case INTEGER -> 2;
            case FLOAT -> 3;
            case BOOLEAN -> 4;
            case DATETIME -> 5;
        };
    }

    /** The key; empty for a value of another type, or one that no key stands for exactly. */
    static OptionalLong key(FieldType type, Object value) {
        return switch (type) {
            case INTEGER ->
                switch (value) {
                    case Long whole -> OptionalLong.of(whole);
                    case Double real
                    when real == Math.rint(real) && Math.abs(real) <= EXACT_IN_DOUBLE ->
                        OptionalLong.of(real.longValue());
                    default -> OptionalLong.empty();
                };
            case FLOAT ->
                switch (value) {
                    case Long whole
                    when Math.abs(whole) <= EXACT_IN_DOUBLE -> OptionalLong.of(sortable(whole.doubleValue()));
                    case Double real -> OptionalLong.of(sortable(real + 0.0));
                    default -> OptionalLong.empty();
                };
            case BOOLEAN -> value instanceof Boolean flag ? OptionalLong.of(flag ? 1 : 0) : OptionalLong.empty();
            case DATETIME -> value instanceof String text ? nanos(text) : OptionalLong.empty();
            case KEYWORD -> OptionalLong.empty();
        };
    }

    /** The value of a key, comparable with those of conditions; a point in time is an {@link Instant}. */
    static Object value(FieldType type, long key) {
        return switch (type) {
            case INTEGER -> key;
            case FLOAT -> Double.longBitsToDouble(key < 0 ? key ^ Long.MAX_VALUE : key);
            case BOOLEAN -> key != 0;
            case DATETIME -> Instant.ofEpochSecond(Math.floorDiv(key, NANOS), Math.floorMod(key, NANOS));
            case KEYWORD -> throw new IllegalArgumentException("keywords have no keys");
        };
    }

    private static long sortable(double value) {
        long bits = Double.doubleToLongBits(value);
        return bits < 0 ? bits ^ Long.MAX_VALUE : bits;
    }

    private static OptionalLong nanos(String text) {
        return FilterValues.instant(text)
                .map(instant -> {
                    try {
                        return OptionalLong.of(
                                Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOS), instant.getNano()));
                    } catch (ArithmeticException _) {
                        return OptionalLong.empty();
                    }
                })
                .orElse(OptionalLong.empty());
    }
}
