package io.vecino.index;

import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A filter as native code reads it.
 *
 * @param words a bit per ordinal, lowest first, in whole int64 words; {@link MemorySegment#NULL} if all are accepted
 * @param accepted how many are
 */
public record OrdinalBits(MemorySegment words, int accepted) {
    /** Asks the filter about every ordinal below {@code count}. */
    public static OrdinalBits of(OrdinalFilter filter, int count, Scratch memory) {
        if (filter.equals(OrdinalFilter.ALL)) {
            return new OrdinalBits(MemorySegment.NULL, count);
        }
        MemorySegment words = memory.bytes(Math.ceilDiv((long) count, Long.SIZE) * Long.BYTES);
        int accepted = 0;
        for (int first = 0; first < count; first += Long.SIZE) {
            long word = 0;
            for (int ordinal = first; ordinal < Math.min(count, first + Long.SIZE); ordinal++) {
                if (filter.accepts(ordinal)) {
                    word |= 1L << ordinal;
                }
            }
            words.setAtIndex(ValueLayout.JAVA_LONG, first / Long.SIZE, word);
            accepted += Long.bitCount(word);
        }
        return accepted == count ? new OrdinalBits(MemorySegment.NULL, count) : new OrdinalBits(words, accepted);
    }

    /** Whether there is nothing to leave out. */
    public boolean all() {
        return words.address() == 0;
    }
}
