package io.vecino.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a native library says of itself.
 *
 * @param facts by name, in the order to show them; empty if it could not be loaded
 * @param failure why it could not be loaded
 */
public record LibraryReport(String library, Map<String, String> facts, Optional<String> failure) {
    public LibraryReport {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }
}
