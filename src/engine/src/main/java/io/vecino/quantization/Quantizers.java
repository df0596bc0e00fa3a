package io.vecino.quantization;

import io.vecino.model.EngineException;
import io.vecino.model.QuantizerSpec;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/** From a quantizer's name to a trained one, and back from its bytes. */
public final class Quantizers {
    private Quantizers() {}

    /**
     * Trains.
     *
     * @param sample rows as they will be encoded, at least one
     * @throws EngineException.InvalidArgument naming what of the sample cannot train it
     */
    public static Quantizer train(QuantizerSpec spec, Rows sample, Similarity similarity) {
        if (sample.count() == 0) {
            throw new EngineException.InvalidArgument("pipeline", "at least one row to train " + spec, "none");
        }
        requireFinite(sample);
        return elementwise(spec)
                ? new ElementQuantizer(spec, sample.dimension(), similarity)
                : new CentredTrainer(spec).train(sample, similarity);
    }

    private static boolean elementwise(QuantizerSpec spec) {
        return switch (spec.method()) {
            case F32, F16, BF16 -> true;
            default -> false;
        };
    }

    private static void requireFinite(Rows sample) {
        long values = (long) sample.count() * sample.dimension();
        for (long i = 0; i < values; i++) {
            float value = sample.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i);
            if (!Float.isFinite(value)) {
                throw new EngineException.InvalidArgument(
                        "sample[" + i / sample.dimension() + "][" + i % sample.dimension() + "]",
                        "a finite value",
                        String.valueOf(value));
            }
        }
    }

    /**
     * Reads what {@link Quantizer#toBytes} wrote.
     *
     * @throws IllegalArgumentException if the bytes are damaged, of another version, or of another quantizer, dimension or
     *     similarity
     */
    public static Quantizer fromBytes(QuantizerSpec spec, int dimension, Similarity similarity, byte[] bytes) {
        ByteBuffer state = QuantizerBytes.read(spec, dimension, similarity, bytes);
        if (!elementwise(spec)) {
            return CentredQuantizer.read(spec, CentredTrainer.grid(spec), dimension, similarity, state);
        }
        if (state.hasRemaining()) {
            throw new IllegalArgumentException(
                    "trained quantizer " + spec + ": " + state.remaining() + " bytes too many");
        }
        return new ElementQuantizer(spec, dimension, similarity);
    }
}
