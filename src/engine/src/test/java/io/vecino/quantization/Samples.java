package io.vecino.quantization;

import io.vecino.Vectors;
import io.vecino.model.QuantizerSpec;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Rows to train and encode, and every quantizer that a pipeline can name. */
final class Samples {
    private Samples() {}

    static Stream<QuantizerSpec> specs() {
        return Stream.of(
                        "f32",
                        "f16",
                        "bf16",
                        "fp8e4m3",
                        "fp8e5m2",
                        "int8",
                        "int6",
                        "int4",
                        "binary",
                        "binary2",
                        "rabitq:1",
                        "rabitq:2",
                        "rabitq:3",
                        "rabitq:4",
                        "rabitq:5",
                        "rabitq:6",
                        "rabitq:7",
                        "rabitq:8")
                .map(QuantizerSpec::parse);
    }

    static Rows clustered(Random random, int count, int dimension, Scratch scratch) {
        return of(Vectors.clustered(random, count, dimension), scratch);
    }

    static Rows of(List<float[]> vectors, Scratch scratch) {
        int dimension = vectors.getFirst().length;
        MemorySegment segment = scratch.floats((long) vectors.size() * dimension);
        for (int i = 0; i < vectors.size(); i++) {
            MemorySegment.copy(
                    vectors.get(i), 0, segment, ValueLayout.JAVA_FLOAT, (long) i * dimension * Float.BYTES, dimension);
        }
        return new Rows(segment, vectors.size(), dimension);
    }

    static MemorySegment encode(Quantizer quantizer, Rows rows, Scratch scratch) {
        MemorySegment codes = scratch.bytes((long) rows.count() * quantizer.bytesPerVector());
        quantizer.encode(rows.segment(), rows.count(), codes);
        return codes;
    }

    static Rows decode(Quantizer quantizer, MemorySegment codes, int count, Scratch scratch) {
        MemorySegment rows = scratch.floats((long) count * quantizer.dimension());
        quantizer.decode(codes, count, rows);
        return new Rows(rows, count, quantizer.dimension());
    }

    static double length(float[] vector) {
        return distance(vector, new float[vector.length]);
    }

    static double distance(float[] a, float[] b) {
        double squares = 0;
        for (int j = 0; j < a.length; j++) {
            squares += Math.pow((double) a[j] - b[j], 2);
        }
        return Math.sqrt(squares);
    }
}
