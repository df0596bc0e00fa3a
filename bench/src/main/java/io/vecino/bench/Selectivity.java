package io.vecino.bench;

import io.vecino.index.OrdinalBits;
import io.vecino.measure.GroundTruth;
import io.vecino.model.EngineException;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A filter that accepts some of the rows by chance, and the exact neighbours among them.
 *
 * @param share of the rows, more than 0 and at most 1
 */
record Selectivity(double share, OrdinalBits filter, GroundTruth truth, NativeMemory.Block block)
        implements AutoCloseable {
    private static final long SEED = 11;

    static Selectivity of(double share, Rows base, Rows queries, Similarity similarity, int k, NativeMemory memory) {
        SplittableRandom random = new SplittableRandom(SEED);
        int[] accepted = IntStream.range(0, base.count())
                .filter(_ -> random.nextDouble() < share)
                .toArray();
        if (accepted.length == 0) {
            throw new EngineException.InvalidArgument("--selectivity", "a share that accepts a row", "" + share);
        }
        NativeMemory.Block block =
                memory.allocate(Math.ceilDiv((long) base.count(), Long.SIZE) * Long.BYTES, "a filter of the benchmark");
        long rowBytes = (long) base.dimension() * Float.BYTES;
        try (NativeMemory.Block copies = memory.allocate(accepted.length * rowBytes, "rows of a filter")) {
            for (int i = 0; i < accepted.length; i++) {
                MemorySegment.copy(base.segment(), accepted[i] * rowBytes, copies.segment(), i * rowBytes, rowBytes);
                long at = accepted[i] / Long.SIZE * (long) Long.BYTES;
                long word = block.segment().get(ValueLayout.JAVA_LONG, at);
                block.segment().set(ValueLayout.JAVA_LONG, at, word | 1L << accepted[i]);
            }
            Rows subset = new Rows(copies.segment(), accepted.length, base.dimension());
            GroundTruth truth = GroundTruth.among(base, accepted, subset, queries, similarity, k);
            return new Selectivity(share, new OrdinalBits(block.segment(), accepted.length), truth, block);
        }
    }

    @Override
    public void close() {
        block.close();
    }
}
