package io.vecino.model;

import java.util.Locale;

/** What a payload field index holds; values of another type are found too, but only by reading payloads. */
public enum FieldType {
    /** Texts, compared exactly. */
    KEYWORD,
    /** Whole numbers. */
    INTEGER,
    /** Numbers. */
    FLOAT,
    /** True and false. */
    BOOLEAN,
    /** Texts in the form of RFC 3339, compared as instants to the nanosecond. */
    DATETIME;

    /** The name used in configurations. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a type's name.
     *
     * @throws EngineException.InvalidArgument for an unknown one
     */
    public static FieldType parse(String text) {
        for (FieldType type : values()) {
            if (type.id().equals(text)) {
                return type;
            }
        }
        throw new EngineException.InvalidArgument(
                "payload_indexes", "one of keyword, integer, float, boolean, datetime", text);
    }
}
