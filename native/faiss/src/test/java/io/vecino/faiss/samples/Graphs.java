package io.vecino.faiss.samples;

import static io.vecino.faiss.global.faiss.METRIC_L2;
import static io.vecino.faiss.global.faiss.asIndexHNSW;
import static io.vecino.faiss.global.faiss.asIndexNSG;
import static io.vecino.faiss.global.faiss.index_factory;

import io.vecino.faiss.Index;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** HNSW and NSG: what is searched longer finds more. */
final class Graphs {
    private Graphs() {}

    public static void main(String[] arguments) {
        try (Arena arena = Arena.ofConfined();
                Index hnsw = index_factory(Data.DIMENSION, "HNSW16,Flat", METRIC_L2);
                Index nsg = index_factory(Data.DIMENSION, "NSG16,Flat", METRIC_L2)) {
            MemorySegment vectors = Data.gaussian(arena);
            asIndexHNSW(hnsw).hnsw().efConstruction(100);
            Data.fill(hnsw, vectors);
            asIndexHNSW(hnsw).hnsw().efSearch(64);
            Data.expect(Data.own(hnsw, vectors) > 97, "efSearch 64 finds nearly all");
            Data.fill(nsg, vectors);
            asIndexNSG(nsg).nsg().search_L(64);
            Data.expect(Data.own(nsg, vectors) > 90, "search_L 64 finds most");
        }
    }
}
