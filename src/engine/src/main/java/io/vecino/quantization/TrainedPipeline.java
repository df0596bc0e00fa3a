package io.vecino.quantization;

import io.vecino.model.Pipeline;
import io.vecino.storage.Scratch;
import io.vecino.transform.Identity;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import io.vecino.transform.Transform;
import io.vecino.transform.Transforms;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A pipeline after training: a transform and the quantizer behind it. Immutable, shared by all segments encoded by it.
 *
 * @param refine for codes of the rows before the transform, kept beside the others to rescore candidates with
 */
public record TrainedPipeline(Pipeline pipeline, Transform transform, Quantizer quantizer, Optional<Quantizer> refine) {
    private static final int MAGIC = 0x5650504C; // "VPPL"
    private static final int VERSION = 2;
    private static final int HEADER = 5 * Integer.BYTES;

    /**
     * Trains.
     *
     * @param sample rows as they are compared under {@code similarity}
     * @throws io.vecino.model.EngineException.InvalidArgument if the sample cannot train the pipeline
     */
    public static TrainedPipeline train(Pipeline pipeline, Rows sample, Similarity similarity) {
        Transform transform = Transforms.train(pipeline, sample, similarity);
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
     * Little-endian: i32 magic, version, lengths of the transform, the quantizer and the refine quantizer; the three; i32
     * CRC32C of all before.
     */
    public byte[] toBytes() {
        byte[] first = transform.toBytes();
        byte[] second = quantizer.toBytes();
        byte[] third = refine.map(Quantizer::toBytes).orElse(new byte[0]);
        ByteBuffer buffer = ByteBuffer.allocate(HEADER + first.length + second.length + third.length + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(MAGIC)
                .putInt(VERSION)
                .putInt(first.length)
                .putInt(second.length)
                .putInt(third.length);
        buffer.put(first).put(second).put(third);
        return buffer.putInt(checksum(buffer.array())).array();
    }

    /**
     * Reads what {@link #toBytes} wrote for the same pipeline.
     *
     * @throws IllegalArgumentException if the bytes are damaged or of another version
     */
    public static TrainedPipeline fromBytes(Pipeline pipeline, int dimension, Similarity similarity, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER + Integer.BYTES || buffer.getInt() != MAGIC || buffer.getInt() != VERSION) {
            throw new IllegalArgumentException("not a trained pipeline of version " + VERSION);
        }
        int first = buffer.getInt();
        int second = buffer.getInt();
        int third = buffer.getInt();
        if (Math.min(first, Math.min(second, third)) < 0
                || (long) HEADER + first + second + third + Integer.BYTES != bytes.length) {
            throw new IllegalArgumentException("trained pipeline: " + bytes.length + " bytes do not fit its lengths");
        }
        if (buffer.getInt(bytes.length - Integer.BYTES) != checksum(bytes)) {
            throw new IllegalArgumentException("trained pipeline: checksum mismatch");
        }
        byte[] transformBytes = new byte[first];
        byte[] quantizerBytes = new byte[second];
        byte[] refineBytes = new byte[third];
        buffer.get(transformBytes).get(quantizerBytes).get(refineBytes);
        Transform transform = Transforms.fromBytes(pipeline, dimension, similarity, transformBytes);
        return new TrainedPipeline(
                pipeline,
                transform,
                Quantizers.fromBytes(
                        pipeline.quantizer(), transform.outputDimension(), transform.similarity(), quantizerBytes),
                pipeline.refine().map(spec -> Quantizers.fromBytes(spec, dimension, similarity, refineBytes)));
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - Integer.BYTES);
        return (int) crc.getValue();
    }
}
