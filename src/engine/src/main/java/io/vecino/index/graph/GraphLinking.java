package io.vecino.index.graph;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.vecino.kernels.GraphBuild;
import io.vecino.kernels.GraphKernels;
import io.vecino.kernels.GraphSpace;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Links points batch by batch on all processors: each batch searches the graph that the batches before it left. */
final class GraphLinking {
    private static final int POINTS_PER_CALL = 16;
    private static final int POINTS_PER_PART = 1024;
    // A batch does not see itself, so it is small beside what is linked already.
    private static final int BATCHES = 50;

    private final GraphBuild build;
    private final GraphKernels kernels;
    private final int threads = Runtime.getRuntime().availableProcessors();
    private final MemorySegment order;
    private final MemorySegment forward;
    private final MemorySegment counts;
    private final MemorySegment[] scratch;
    private final MemorySegment stop;

    GraphLinking(GraphBuild build, GraphKernels kernels, WorkingMemory memory) {
        this.build = build;
        this.kernels = kernels;
        int largest = Math.max(1, build.count() / BATCHES);
        this.order = memory.words(build.count());
        this.forward = memory.words((long) largest * GraphSpace.DEGREE);
        this.counts = memory.words(largest);
        this.stop = memory.words(1);
        this.scratch = new MemorySegment[threads];
        for (int i = 0; i < threads; i++) {
            scratch[i] = memory.bytes(build.scratchBytes());
        }
    }

    @FunctionalInterface
    interface Range {
        void run(int from, int to);
    }

    /** Runs over [0, count) in parts on all processors. */
    static void inParts(int count, Range range) {
        IntStream.range(0, Math.ceilDiv(count, POINTS_PER_PART))
                .parallel()
                .forEach(part -> range.run(part * POINTS_PER_PART, Math.min(count, (part + 1) * POINTS_PER_PART)));
    }

    /**
     * Links all points in a random order.
     *
     * @param out count × DEGREE int32
     */
    void run(SplittableRandom random, MemorySegment out) {
        shuffle(random);
        for (int done = 1; done < build.count(); ) {
            int size = Math.min(build.count() - done, Math.max(1, Math.min(done, build.count() / BATCHES)));
            link(done, size);
            done += size;
        }
        AtomicInteger next = new AtomicInteger();
        onAll(worker -> {
            for (int from; (from = next.getAndAdd(POINTS_PER_PART)) < build.count(); ) {
                kernels.trim(build, from, Math.min(build.count(), from + POINTS_PER_PART), out, scratch[worker]);
            }
        });
    }

    private void shuffle(SplittableRandom random) {
        for (int i = 0; i < build.count(); i++) {
            order.setAtIndex(JAVA_INT, i, i);
        }
        swap(0, build.entry());
        for (int i = build.count() - 1; i > 1; i--) {
            swap(i, random.nextInt(1, i + 1));
        }
    }

    private void swap(int a, int b) {
        int point = order.getAtIndex(JAVA_INT, a);
        order.setAtIndex(JAVA_INT, a, order.getAtIndex(JAVA_INT, b));
        order.setAtIndex(JAVA_INT, b, point);
    }

    private void link(int first, int size) {
        AtomicInteger next = new AtomicInteger();
        onAll(worker -> {
            for (int from; (from = next.getAndAdd(POINTS_PER_CALL)) < size; ) {
                int some = Math.min(POINTS_PER_CALL, size - from);
                MemorySegment chosen = forward.asSlice((long) from * GraphSpace.DEGREE * Integer.BYTES);
                MemorySegment degrees = counts.asSlice((long) from * Integer.BYTES);
                kernels.link(build, order, first + from, some, chosen, degrees, scratch[worker], stop);
            }
        });
        onAll(worker -> kernels.merge(build, order, first, size, forward, counts, worker, threads, scratch[worker]));
    }

    @FunctionalInterface
    private interface Worker {
        void run(int number);
    }

    private void onAll(Worker worker) {
        IntStream.range(0, threads).parallel().forEach(worker::run);
    }
}
