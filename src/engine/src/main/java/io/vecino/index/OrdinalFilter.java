package io.vecino.index;

import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Which ordinals of a segment a search may return. */
@FunctionalInterface
public interface OrdinalFilter {
    /** Every one. */
    OrdinalFilter ALL = _ -> true;

    /** Whether the ordinal may be returned. */
    boolean accepts(int ordinal);

    /** Whether {@link #bits} costs less than asking about every ordinal. */
    default boolean listed() {
        return false;
    }

    /** The answers for all ordinals below {@code count}. */
    default OrdinalBits bits(int count, Scratch memory) {
        if (equals(ALL)) {
            return new OrdinalBits(MemorySegment.NULL, count);
        }
        MemorySegment words = memory.bytes(Math.ceilDiv((long) count, Long.SIZE) * Long.BYTES);
        int accepted = 0;
        for (int first = 0; first < count; first += Long.SIZE) {
            long word = 0;
            for (int ordinal = first; ordinal < Math.min(count, first + Long.SIZE); ordinal++) {
                if (accepts(ordinal)) {
                    word |= 1L << ordinal;
                }
            }
            words.setAtIndex(ValueLayout.JAVA_LONG, first / Long.SIZE, word);
            accepted += Long.bitCount(word);
        }
        return accepted == count ? new OrdinalBits(MemorySegment.NULL, count) : new OrdinalBits(words, accepted);
    }
}
