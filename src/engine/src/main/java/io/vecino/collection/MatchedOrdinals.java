package io.vecino.collection;

import io.vecino.index.OrdinalBits;
import io.vecino.index.OrdinalFilter;
import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.roaringbitmap.IntIterator;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/**
 * The points of a part that a request's filter matches, less those that a search must not see.
 *
 * @param live the points that it may see
 */
record MatchedOrdinals(ImmutableRoaringBitmap matches, OrdinalFilter live) implements OrdinalFilter {
    @Override
    public boolean accepts(int ordinal) {
        return matches.contains(ordinal) && live.accepts(ordinal);
    }

    @Override
    public boolean listed() {
        return true;
    }

    @Override
    public OrdinalBits bits(int count, Scratch memory) {
        MemorySegment words = memory.bytes(Math.ceilDiv((long) count, Long.SIZE) * Long.BYTES);
        int accepted = 0;
        for (IntIterator all = matches.getIntIterator(); all.hasNext(); ) {
            int ordinal = all.next();
            if (ordinal < count && live.accepts(ordinal)) {
                long word = words.getAtIndex(ValueLayout.JAVA_LONG, ordinal / Long.SIZE);
                words.setAtIndex(ValueLayout.JAVA_LONG, ordinal / Long.SIZE, word | 1L << ordinal);
                accepted++;
            }
        }
        return new OrdinalBits(words, accepted);
    }
}
