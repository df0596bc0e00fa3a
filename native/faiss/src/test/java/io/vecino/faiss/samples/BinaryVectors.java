package io.vecino.faiss.samples;

import static io.vecino.faiss.global.faiss.index_binary_factory;

import io.vecino.faiss.IndexBinary;
import io.vecino.faiss.IndexBinaryFlat;
import io.vecino.faiss.IndexBinaryHash;
import io.vecino.faiss.IndexBinaryIDMap;
import io.vecino.faiss.Segments;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;

/** Bits under Hamming distance: flat, inverted lists, graph, hash tables, and ids of one's own. */
final class BinaryVectors {
    private static final int BITS = 8 * Data.DIMENSION;

    private BinaryVectors() {}

    public static void main(String[] arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bits = Data.bits(arena);
            for (String factory : new String[] {"BFlat", "BIVF8", "BHNSW16", "BHash16"}) {
                try (IndexBinary index = index_binary_factory(BITS, factory)) {
                    fill(index, bits);
                    Data.expect(own(index, bits, 0) == 100, factory);
                }
            }
            try (IndexBinaryHash hash = new IndexBinaryHash(BITS, 20)) {
                fill(hash, bits);
                Data.expect(own(hash, bits, 0) == 100, "hash of 20 bits in " + hash.hashtable_size() + " buckets");
            }
            try (IndexBinaryFlat flat = new IndexBinaryFlat(BITS);
                    IndexBinaryIDMap mapped = new IndexBinaryIDMap(flat)) {
                MemorySegment ids = arena.allocate(ValueLayout.JAVA_LONG, Data.COUNT);
                for (int i = 0; i < Data.COUNT; i++) {
                    ids.setAtIndex(ValueLayout.JAVA_LONG, i, 1000 + i);
                }
                mapped.add_with_ids(Data.COUNT, Segments.bytes(bits), Segments.longs(ids));
                Data.expect(own(mapped, bits, 1000) == 100, "ids from 1000");
            }
        }
    }

    private static void fill(IndexBinary index, MemorySegment bits) {
        index.train(Data.COUNT, Segments.bytes(bits));
        index.add(Data.COUNT, Segments.bytes(bits));
    }

    private static int own(IndexBinary index, MemorySegment bits, long firstId) {
        try (IntPointer distances = new IntPointer(100);
                LongPointer labels = new LongPointer(100)) {
            index.search(100, Segments.bytes(bits), 1, distances, labels);
            int own = 0;
            for (int i = 0; i < 100; i++) {
                own += labels.get(i) == firstId + i && distances.get(i) == 0 ? 1 : 0;
            }
            return own;
        }
    }
}
