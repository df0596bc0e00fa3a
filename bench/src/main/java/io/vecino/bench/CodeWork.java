package io.vecino.bench;

import io.vecino.model.QuantizerSpec;
import io.vecino.quantization.CodeScan;
import io.vecino.quantization.Quantizer;
import io.vecino.quantization.Quantizers;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
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

/** 1,024 rows of 384 dimensions encoded, decoded and scanned, per code: runs per second, all in cache. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodeWork {
    private static final int DIMENSION = 384;
    private static final int ROWS = 1024;

    @Param({"f16", "fp8e4m3", "int8", "int4", "binary", "rabitq:1", "rabitq:4", "pq:96x4", "pq:96x8"})
    private String code = "int8";

    private final Scratch scratch = new Scratch();
    private final MemorySegment rows = scratch.floats((long) ROWS * DIMENSION);
    private final MemorySegment decoded = scratch.floats((long) ROWS * DIMENSION);
    private final MemorySegment codes = scratch.bytes((long) ROWS * DIMENSION * Float.BYTES);
    private final MemorySegment stored = scratch.bytes((long) ROWS * DIMENSION * Float.BYTES);
    private final MemorySegment positions = scratch.bytes((long) ROWS * Integer.BYTES);
    private Quantizer quantizer = train(QuantizerSpec.F32);
    private CodeScan scan = quantizer.scan(rows, 1, ROWS, scratch);

    private Quantizer train(QuantizerSpec spec) {
        return Quantizers.train(spec, new Rows(rows, ROWS, DIMENSION), Similarity.DOT);
    }

    /** Trains the code on Gaussian rows. */
    @Setup
    public void fill() {
        Random random = new Random(20260117);
        for (long i = 0; i < (long) ROWS * DIMENSION; i++) {
            rows.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
        }
        quantizer = train(QuantizerSpec.parse(code));
        quantizer.encode(rows, ROWS, codes);
        quantizer.storage().append(codes, ROWS, stored, 0);
        scan = quantizer.scan(rows, 1, ROWS, scratch);
    }

    /** Gives the memory back. */
    @TearDown
    public void free() {
        scratch.close();
    }

    /** Rows to codes. */
    @Benchmark
    public void encode() {
        quantizer.encode(rows, ROWS, codes);
    }

    /** Codes to rows. */
    @Benchmark
    public void decode() {
        quantizer.decode(codes, ROWS, decoded);
    }

    /** One query, as in the middle of a search: hardly any code reaches the bound. */
    @Benchmark
    public int scan() {
        scan.look(quantizer.storage().run(stored, 0, ROWS), ROWS);
        return scan.select(0, 200, positions);
    }
}
