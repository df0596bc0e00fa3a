package io.vecino.bench;

import io.vecino.storage.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** How fast one thread reads memory that no cache holds: the bound of every scan of large codes. */
final class StreamedRead {
    private static final long BYTES = 1L << 29;
    private static final int PASSES = 6;

    private StreamedRead() {}

    /** Bytes per second of the best pass over half a gigabyte, summing it or comparing its halves. */
    static double bytesPerSecond(NativeMemory memory) {
        try (NativeMemory.Block block = memory.allocate(BYTES, "streamed read")) {
            MemorySegment segment = block.segment();
            // Untouched pages all map to one page of zeros, which the cache holds.
            for (long at = 0; at < BYTES; at += Long.BYTES) {
                segment.set(ValueLayout.JAVA_LONG, at, at % (BYTES / 2));
            }
            MemorySegment upper = segment.asSlice(BYTES / 2);
            double best = 0;
            long sum = 0;
            for (int pass = 0; pass < PASSES; pass++) {
                long start = System.nanoTime();
                sum += sum(segment);
                best = Math.max(best, BYTES * 1e9 / (System.nanoTime() - start));
                // The JVM compares in the widest registers, which its sums are not always.
                start = System.nanoTime();
                sum += segment.asSlice(0, BYTES / 2).mismatch(upper);
                best = Math.max(best, BYTES * 1e9 / (System.nanoTime() - start));
            }
            if (sum == 0) {
                throw new IllegalStateException("the sum of the values read is not 0");
            }
            return best;
        }
    }

    private static long sum(MemorySegment segment) {
        long a = 0;
        long b = 0;
        long c = 0;
        long d = 0;
        for (long at = 0; at < BYTES; at += 4 * Long.BYTES) {
            a += segment.get(ValueLayout.JAVA_LONG, at);
            b += segment.get(ValueLayout.JAVA_LONG, at + 8);
            c += segment.get(ValueLayout.JAVA_LONG, at + 16);
            d += segment.get(ValueLayout.JAVA_LONG, at + 24);
        }
        return a + b + c + d;
    }
}
