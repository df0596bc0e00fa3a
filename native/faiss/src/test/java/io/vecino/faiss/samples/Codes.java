package io.vecino.faiss.samples;

import static io.vecino.faiss.global.faiss.METRIC_L2;
import static io.vecino.faiss.global.faiss.asIndexRefine;
import static io.vecino.faiss.global.faiss.index_factory;

import io.vecino.faiss.Index;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Scalar and product quantizers, OPQ before one, FastScan with exact distances for the best, RaBitQ where there is one. */
final class Codes {
    private Codes() {}

    public static void main(String[] arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment vectors = Data.gaussian(arena);
            for (String factory : new String[] {"SQ8", "SQfp16", "PQ16np", "OPQ16,PQ16np", "PQ16x4fs,RFlat"}) {
                try (Index index = index_factory(Data.DIMENSION, factory, METRIC_L2)) {
                    Data.fill(index, vectors);
                    if (factory.endsWith("RFlat")) {
                        asIndexRefine(index).k_factor(20);
                    }
                    Data.expect(Data.own(index, vectors) > 90, factory);
                }
            }
            if (Data.atLeast(15)) {
                try (Index index = index_factory(Data.DIMENSION, "RaBitQ4", METRIC_L2)) {
                    Data.fill(index, vectors);
                    Data.expect(Data.own(index, vectors) > 80, "RaBitQ4");
                }
            }
        }
    }
}
