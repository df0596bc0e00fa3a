package io.vecino.quantization;

import io.vecino.model.Pipeline;
import io.vecino.storage.CheckedBytes;
import io.vecino.storage.Scratch;
import io.vecino.transform.Identity;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import io.vecino.transform.Transform;
import io.vecino.transform.TransformTraining;
import io.vecino.transform.Transforms;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A pipeline after training: a transform and the quantizer behind it. Immutable, shared by all segments encoded by it.
 *
 * @param refine for codes of the rows before the transform, kept beside the others to rescore candidates with
 */
public record TrainedPipeline(Pipeline pipeline, Transform transform, Quantizer quantizer, Optional<Quantizer> refine) {
    private static final int MAGIC = 0x5650504C; // "VPPL"
    private static final int VERSION = 2;
    private static final String NAME = "trained pipeline";
    private static final int LENGTHS = 3 * Integer.BYTES;

    /**
     * Trains.
     *
     * @param sample rows as they are compared under {@code similarity}
     * @throws io.vecino.model.EngineException.InvalidArgument if the sample cannot train the pipeline
     */
    public static TrainedPipeline train(Pipeline pipeline, Rows sample, Similarity similarity) {
        return train(pipeline, sample, similarity, TransformTraining.PLAIN);
    }

    /** The same with what the transforms are given besides the points. */
    public static TrainedPipeline train(
            Pipeline pipeline, Rows sample, Similarity similarity, TransformTraining training) {
        Transform transform = Transforms.train(pipeline, sample, similarity, training);
        int dimension = transform.outputDimension();
        try (Scratch scratch = new Scratch()) {
            MemorySegment reduced = scratch.floats((long) sample.count() * dimension);
            MemorySegment biases = transform.biased() ? scratch.floats((long) sample.count()) : MemorySegment.NULL;
            transform.points(sample.segment(), sample.count(), reduced, biases);
            Rows images = new Rows(reduced, sample.count(), dimension);
            return new TrainedPipeline(
                    pipeline,
                    transform,
                    Quantizers.train(pipeline.quantizer(), images, transform.similarity()),
                    pipeline.refine().map(spec -> Quantizers.train(spec, sample, similarity)));
        }
    }

    /** A pipeline that does not {@linkplain Pipeline#learns learn}, for rows compared under {@code similarity}. */
    public static TrainedPipeline untrained(Pipeline pipeline, int dimension, Similarity similarity) {
        return new TrainedPipeline(
                pipeline,
                new Identity(dimension, similarity),
                Quantizers.untrained(pipeline.quantizer(), dimension, similarity),
                pipeline.refine().map(spec -> Quantizers.untrained(spec, dimension, similarity)));
    }

    /** Bytes of a sealed point: its code, its bias if the transform has one, and its refine code if there is one. */
    public int bytesPerVector() {
        return quantizer.bytesPerVector()
                + (transform.biased() ? Float.BYTES : 0)
                + refine.map(Quantizer::bytesPerVector).orElse(0);
    }

    /**
     * In a {@link CheckedBytes} frame, little-endian: i32 lengths of the transform, the quantizer and the refine quantizer;
     * the three.
     */
    public byte[] toBytes() {
        byte[] first = transform.toBytes();
        byte[] second = quantizer.toBytes();
        byte[] third = refine.map(Quantizer::toBytes).orElse(new byte[0]);
        return CheckedBytes.write(
                MAGIC,
                VERSION,
                LENGTHS + first.length + second.length + third.length,
                body -> body.putInt(first.length)
                        .putInt(second.length)
                        .putInt(third.length)
                        .put(first)
                        .put(second)
                        .put(third));
    }

    /**
     * Reads what {@link #toBytes} wrote for the same pipeline.
     *
     * @throws IllegalArgumentException if the bytes are damaged or of another version
     */
    public static TrainedPipeline fromBytes(Pipeline pipeline, int dimension, Similarity similarity, byte[] bytes) {
        ByteBuffer body = CheckedBytes.read(MAGIC, VERSION, NAME, bytes);
        CheckedBytes.require(NAME, body.remaining() >= LENGTHS, "lengths", body.remaining());
        int first = body.getInt();
        int second = body.getInt();
        int third = body.getInt();
        CheckedBytes.require(
                NAME,
                Math.min(first, Math.min(second, third)) >= 0 && (long) first + second + third == body.remaining(),
                "lengths that fit",
                body.remaining());
        byte[] transformBytes = new byte[first];
        byte[] quantizerBytes = new byte[second];
        byte[] refineBytes = new byte[third];
        body.get(transformBytes).get(quantizerBytes).get(refineBytes);
        Transform transform = Transforms.fromBytes(pipeline, dimension, similarity, transformBytes);
        return new TrainedPipeline(
                pipeline,
                transform,
                Quantizers.fromBytes(
                        pipeline.quantizer(), transform.outputDimension(), transform.similarity(), quantizerBytes),
                pipeline.refine().map(spec -> Quantizers.fromBytes(spec, dimension, similarity, refineBytes)));
    }
}
