package io.vecino.payload;

import io.vecino.model.Filter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/** Texts, each with the ordinals that have it, in the order of {@link String#compareTo}. */
final class KeywordIndex implements FieldIndex {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int ENTRY = 2 * Long.BYTES;

    private final MemorySegment body;
    private final long postings;
    private final long names;
    private final int count;
    private final FieldOrdinals ordinals;

    /** @param directory where the number of terms stands */
    KeywordIndex(MemorySegment body, long directory, FieldOrdinals ordinals) {
        this.body = body;
        this.count = Math.toIntExact(body.get(LONG, directory));
        this.postings = directory + Long.BYTES;
        this.names = postings + (long) count * ENTRY;
        this.ordinals = ordinals;
    }

    @Override
    public Selection select(Filter.Condition condition) {
        MutableRoaringBitmap hits = new MutableRoaringBitmap();
        switch (condition) {
            case Filter.Exists _ -> {
                return new Selection(ordinals.present(), true);
            }
            case Filter.In in -> in.values().forEach(value -> equal(value, hits));
            case Filter.Contains contains -> equal(contains.value(), hits);
            case Filter.Prefix prefix -> {
                for (int i = atLeast(prefix.prefix()); i < count && term(i).startsWith(prefix.prefix()); i++) {
                    hits.or(posting(i));
                }
            }
            case Filter.Range range -> {
                for (int i = 0; i < count; i++) {
                    if (FilterMatch.holdsForScalar(range, term(i))) {
                        hits.or(posting(i));
                    }
                }
            }
        }
        return ordinals.answer(condition, hits, true);
    }

    private void equal(Object value, MutableRoaringBitmap hits) {
        if (value instanceof String text) {
            int at = atLeast(text);
            if (at < count && term(at).equals(text)) {
                hits.or(posting(at));
            }
        }
    }

    /** The first term that is not before the text. */
    private int atLeast(String text) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (term(middle).compareTo(text) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private String term(int index) {
        long entry = names + (long) index * ENTRY;
        byte[] utf8 = body.asSlice(body.get(LONG, entry), body.get(LONG, entry + Long.BYTES))
                .toArray(ValueLayout.JAVA_BYTE);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private ImmutableRoaringBitmap posting(int index) {
        long entry = postings + (long) index * ENTRY;
        return FieldsFile.bitmap(body, body.get(LONG, entry), body.get(LONG, entry + Long.BYTES));
    }
}
