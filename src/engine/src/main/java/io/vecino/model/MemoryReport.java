package io.vecino.model;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Native memory of an engine at one moment.
 *
 * @param limit bytes beyond which new work is refused
 * @param used bytes by use
 */
public record MemoryReport(long limit, Map<MemoryUse, Long> used) {
    public MemoryReport {
        EnumMap<MemoryUse, Long> copy = new EnumMap<>(MemoryUse.class);
        copy.putAll(used);
        used = Collections.unmodifiableMap(copy);
    }

    /** Bytes in use. */
    public long total() {
        return used.values().stream().mapToLong(Long::longValue).sum();
    }
}
