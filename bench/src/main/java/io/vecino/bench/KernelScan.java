package io.vecino.bench;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.KernelLevel;
import io.vecino.kernels.Kernels;
import io.vecino.storage.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One query against 128 MiB of rows of 384 dimensions: scans per second. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class KernelScan {
    private static final int DIMENSION = 384;
    private static final long BYTES = 1L << 27;

    @Param({"DOT_F32", "L2_F32", "DOT_F16", "DOT_I8", "DOT_E4M3", "DOT_U1", "DOT_U4", "QDOT_U1", "QDOT_U4", "QDOT_U8"})
    private Kernel kernel = Kernel.DOT_F32;

    @Param({"AVX2", "AVX512"})
    private KernelLevel level = KernelLevel.AVX2;

    private final NativeMemory memory = new NativeMemory(1L << 30);
    private final NativeMemory.Block rows = memory.allocate(BYTES, "rows");
    private final NativeMemory.Block query = memory.allocate((long) DIMENSION * Float.BYTES, "query");
    private final NativeMemory.Block scores = memory.allocate(BYTES / 8, "scores");
    private int count;

    /** Fills everything with values that are neither zero nor NaN in any format. */
    @Setup
    public void fill() {
        Random random = new Random(20260117);
        MemorySegment to = rows.segment();
        for (long at = 0; at < BYTES; at += Long.BYTES) {
            to.set(ValueLayout.JAVA_LONG, at, 0x3000300030003000L | (random.nextLong() & 0x87ff87ff87ff87ffL));
        }
        for (int i = 0; i < DIMENSION; i++) {
            query.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
        }
        count = (int) (BYTES / kernel.rowBytes(DIMENSION));
        count = Math.min(count, (int) (scores.bytes() / Float.BYTES));
    }

    /** Gives the memory back. */
    @TearDown
    public void free() {
        rows.close();
        query.close();
        scores.close();
    }

    /** The scan. */
    @Benchmark
    public void scan() {
        Kernels.at(level)
                .scoreRows(
                        kernel,
                        query.segment(),
                        rows.segment(),
                        kernel.rowBytes(DIMENSION),
                        count,
                        DIMENSION,
                        scores.segment());
    }
}
