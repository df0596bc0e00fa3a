package io.vecino.quantization;

import io.vecino.model.EngineException;
import io.vecino.model.QuantizerSpec;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
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
        spec.requireDimension(sample.dimension());
        sample.requireFinite("sample");
        return switch (spec.method()) {
            case F32, F16, BF16 -> new ElementQuantizer(spec, sample.dimension(), similarity);
            case PQ, OPQ -> {
                requireProduct(spec, sample);
                yield spec.method() == QuantizerSpec.Method.PQ
                        ? PqQuantizer.train(spec, sample, similarity)
                        : OpqQuantizer.train(spec, sample, similarity);
            }
            case TCQ -> {
                requireDifferent(spec, sample);
                yield new TcqTrainer(spec, sample, similarity).train();
            }
            default -> {
                requireDifferent(spec, sample);
                yield new CentredTrainer(spec).train(sample, similarity);
            }
        };
    }

    /**
     * A quantizer that does not {@linkplain QuantizerSpec#learns learn}.
     *
     * @throws IllegalArgumentException for one that does
     */
    static Quantizer untrained(QuantizerSpec spec, int dimension, Similarity similarity) {
        if (spec.learns()) {
            throw new IllegalArgumentException(spec + " must be trained");
        }
        return new ElementQuantizer(spec, dimension, similarity);
    }

    private static void requireProduct(QuantizerSpec spec, Rows sample) {
        int centroids = 1 << spec.bits();
        if (sample.count() < centroids) {
            throw new EngineException.InvalidArgument(
                    "pipeline", "at least " + centroids + " rows to train " + spec, sample.count() + " rows");
        }
        requireDifferent(spec, sample);
    }

    private static void requireDifferent(QuantizerSpec spec, Rows sample) {
        for (int i = 1; i < sample.count(); i++) {
            if (sample.row(i).mismatch(sample.row(0)) >= 0) {
                return;
            }
        }
        if (sample.count() > 1) {
            throw new EngineException.InvalidArgument(
                    "pipeline", "rows that differ, to train " + spec, sample.count() + " equal rows");
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
        return switch (spec.method()) {
            case F32, F16, BF16 -> {
                if (state.hasRemaining()) {
                    throw new IllegalArgumentException(
                            "trained quantizer " + spec + ": " + state.remaining() + " bytes too many");
                }
                yield new ElementQuantizer(spec, dimension, similarity);
            }
            case PQ -> PqQuantizer.read(spec, dimension, similarity, state);
            case OPQ -> OpqQuantizer.read(spec, dimension, similarity, state);
            case TCQ -> TcqQuantizer.read(spec, dimension, similarity, state);
            default -> CentredQuantizer.read(spec, CentredTrainer.grid(spec), dimension, similarity, state);
        };
    }
}
