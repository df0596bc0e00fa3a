package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Signed bytes with a scale and an offset per vector, after the training mean is taken away (LVQ, arXiv 2304.04759):
 * x ≈ mean + offset + scale · c. Code layout, little-endian: float32 scale, float32 offset, float32 squared length of the
 * reconstruction, then one byte per dimension.
 */
final class Int8Quantizer implements Quantizer {
    private static final int HEADER = 3 * Float.BYTES;
    private static final int LEVELS = 255;
    private static final int LOWEST = -128;
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final float[] mean;

    /** @param mean of the training rows */
    Int8Quantizer(float[] mean) {
        this.mean = mean;
    }

    @Override
    public int dimension() {
        return mean.length;
    }

    @Override
    public int bytesPerVector() {
        return HEADER + mean.length;
    }

    @Override
    public void encode(MemorySegment rows, int count, MemorySegment codes) {
        float[] row = new float[mean.length];
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(rows, FLOAT, (long) i * mean.length * Float.BYTES, row, 0, row.length);
            encode(row, codes.asSlice((long) i * bytesPerVector(), bytesPerVector()));
        }
    }

    private void encode(float[] row, MemorySegment code) {
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < row.length; j++) {
            float value = row[j] - mean[j];
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        float scale = (high - low) / LEVELS;
        float inverse = scale > 0 ? 1 / scale : 0;
        float offset = low - LOWEST * scale;
        double length = 0;
        for (int j = 0; j < row.length; j++) {
            int level = Math.clamp(Math.round((row[j] - mean[j] - low) * inverse), 0, LEVELS) + LOWEST;
            code.set(ValueLayout.JAVA_BYTE, HEADER + j, (byte) level);
            double restored = mean[j] + offset + (double) scale * level;
            length += restored * restored;
        }
        code.set(FLOAT, 0, scale);
        code.set(FLOAT, 4, offset);
        code.set(FLOAT, 8, (float) length);
    }

    @Override
    public void decode(MemorySegment codes, int count, MemorySegment rows) {
        for (int i = 0; i < count; i++) {
            long code = (long) i * bytesPerVector();
            float scale = codes.get(FLOAT, code);
            float offset = codes.get(FLOAT, code + 4);
            for (int j = 0; j < mean.length; j++) {
                float level = codes.get(ValueLayout.JAVA_BYTE, code + HEADER + j);
                rows.set(FLOAT, ((long) i * mean.length + j) * Float.BYTES, mean[j] + offset + scale * level);
            }
        }
    }

    /** ⟨q,x⟩ = ⟨q,mean⟩ + offset · Σq + scale · ⟨q,c⟩; for L2, −|q|² + 2⟨q,x⟩ − |x|². */
    @Override
    public QueryScorer scorer(MemorySegment query, Similarity similarity) {
        Kernels kernels = Kernels.best();
        double sum = 0;
        double withMean = 0;
        double length = 0;
        for (int j = 0; j < mean.length; j++) {
            double value = query.get(FLOAT, (long) j * Float.BYTES);
            sum += value;
            withMean += value * mean[j];
            length += value * value;
        }
        boolean euclidean = similarity == Similarity.L2;
        float factor = euclidean ? 2 : 1;
        float lengthFactor = euclidean ? 1 : 0;
        float perOffset = (float) (factor * sum);
        float constant = (float) (factor * withMean - lengthFactor * length);
        int stride = bytesPerVector();
        return (codes, count, scores) -> {
            if (count == 0) {
                return;
            }
            MemorySegment levels = codes.asSlice(HEADER);
            kernels.scoreRows(Kernel.DOT_I8, query, levels, stride, count, mean.length, scores);
            for (int i = 0; i < count; i++) {
                long code = (long) i * stride;
                float score = constant
                        + factor * codes.get(FLOAT, code) * scores.getAtIndex(ValueLayout.JAVA_FLOAT, i)
                        + perOffset * codes.get(FLOAT, code + 4)
                        - lengthFactor * codes.get(FLOAT, code + 8);
                scores.setAtIndex(ValueLayout.JAVA_FLOAT, i, score);
            }
        };
    }

    @Override
    public byte[] toBytes() {
        ByteBuffer buffer = ByteBuffer.allocate(mean.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(mean);
        return buffer.array();
    }

    static Int8Quantizer fromBytes(byte[] bytes) {
        float[] mean = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(mean);
        return new Int8Quantizer(mean);
    }
}
