package io.vecino.faiss.samples;

import static io.vecino.faiss.global.faiss.METRIC_L2;
import static io.vecino.faiss.global.faiss.asIndexIVF;
import static io.vecino.faiss.global.faiss.index_factory;

import io.vecino.faiss.Index;
import io.vecino.faiss.IndexFlatL2;
import io.vecino.faiss.IndexIVFPQ;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An inverted file from the factory, and one put together by hand: the quantizer is kept open as long as its user. */
final class InvertedFile {
    private InvertedFile() {}

    public static void main(String[] arguments) {
        try (Arena arena = Arena.ofConfined();
                Index index = index_factory(Data.DIMENSION, "IVF16,Flat", METRIC_L2);
                IndexFlatL2 coarse = new IndexFlatL2(Data.DIMENSION);
                IndexIVFPQ product = new IndexIVFPQ(coarse, Data.DIMENSION, 8, 16, 8)) {
            MemorySegment vectors = Data.gaussian(arena);
            Data.fill(index, vectors);
            asIndexIVF(index).nprobe(16);
            Data.expect(Data.own(index, vectors) == 100, "all lists hold all vectors");
            Data.fill(product, vectors);
            product.nprobe(8);
            Data.expect(Data.own(product, vectors) > 80, "16 bytes find most vectors");
            Data.expect(product.quantizer().ntotal() == 8, "eight centroids");
        }
    }
}
