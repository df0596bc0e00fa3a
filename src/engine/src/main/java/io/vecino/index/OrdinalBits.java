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
public record OrdinalBits(MemorySegment words, int accepted) implements OrdinalFilter {
    /** Whether there is nothing to leave out. */
    public boolean all() {
        return words.address() == 0;
    }

    @Override
    public boolean accepts(int ordinal) {
        return all() || (words.getAtIndex(ValueLayout.JAVA_LONG, ordinal / Long.SIZE) >>> ordinal & 1) != 0;
    }

    @Override
    public boolean listed() {
        return true;
    }

    @Override
    public OrdinalBits bits(int count, Scratch memory) {
        return this;
    }
}
