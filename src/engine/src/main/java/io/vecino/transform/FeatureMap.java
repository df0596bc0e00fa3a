package io.vecino.transform;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import io.vecino.storage.CheckedBytes;
import io.vecino.storage.NativeConstant;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * Features of a vector, for a linear map to follow: of row i of a matrix either max(0, ⟨a_i, x⟩ + b_i) or the Gaussian
 * exp(−γ|x − a_i|²).
 */
final class FeatureMap implements Transform {
    private static final int MAGIC = 0x56464541; // "VFEA"
    private static final int VERSION = 1;
    private static final String NAME = "feature map";
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

    private final int inputDimension;
    private final float[] offsets;
    private final float gamma;
    private final MemorySegment matrix;
    private final Kernels kernels = Kernels.best();

    private FeatureMap(int inputDimension, float[] matrix, float[] offsets, float gamma) {
        this.inputDimension = inputDimension;
        this.offsets = offsets;
        this.gamma = gamma;
        this.matrix = NativeConstant.of(matrix);
    }

    /**
     * One hidden layer of rectifiers.
     *
     * @param matrix features × inputDimension
     * @param offsets one per feature
     */
    static FeatureMap rectified(int inputDimension, float[] matrix, float[] offsets) {
        return new FeatureMap(inputDimension, matrix, offsets, 0);
    }

    /** Gaussians around the rows of a matrix; {@code gamma} above 0. */
    static FeatureMap gaussian(int inputDimension, float[] centres, float gamma) {
        return new FeatureMap(inputDimension, centres, new float[centres.length / inputDimension], gamma);
    }

    @Override
    public int inputDimension() {
        return inputDimension;
    }

    @Override
    public int outputDimension() {
        return offsets.length;
    }

    @Override
    public Similarity similarity() {
        return Similarity.DOT;
    }

    @Override
    public boolean biased() {
        return false;
    }

    @Override
    public String scoreName() {
        return "ip";
    }

    @Override
    public String origin() {
        return offsets.length + (gamma > 0 ? " gaussians" : " rectifiers");
    }

    @Override
    public void points(MemorySegment rows, int count, MemorySegment out, MemorySegment biases) {
        int features = offsets.length;
        kernels.scoreBatch(
                gamma > 0 ? Kernel.L2_F32 : Kernel.DOT_F32,
                rows,
                count,
                matrix,
                (long) inputDimension * Float.BYTES,
                features,
                inputDimension,
                out);
        float[] row = new float[features];
        for (int i = 0; i < count; i++) {
            long first = (long) i * features * Float.BYTES;
            MemorySegment.copy(out, FLOAT, first, row, 0, features);
            for (int j = 0; j < features; j++) {
                row[j] = gamma > 0 ? (float) Math.exp(-gamma * row[j]) : Math.max(0, row[j] + offsets[j]);
            }
            MemorySegment.copy(row, 0, out, FLOAT, first, features);
        }
    }

    @Override
    public void query(MemorySegment query, MemorySegment out) {
        points(query, 1, out, MemorySegment.NULL);
    }

    /** Little-endian, in a {@link CheckedBytes} frame: i32 input dimension, features; float32 γ, offsets, matrix. */
    @Override
    public byte[] toBytes() {
        long values = 1 + offsets.length + (long) offsets.length * inputDimension;
        return CheckedBytes.write(MAGIC, VERSION, Math.toIntExact(2L * Integer.BYTES + values * Float.BYTES), body -> {
            body.putInt(inputDimension).putInt(offsets.length).putFloat(gamma);
            CheckedBytes.put(body, offsets);
            CheckedBytes.put(body, matrix.toArray(FLOAT));
        });
    }

    static boolean recognises(byte[] bytes) {
        return CheckedBytes.recognises(MAGIC, bytes);
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException if it is of another version, truncated or damaged
     */
    static FeatureMap fromBytes(byte[] bytes) {
        ByteBuffer body = CheckedBytes.read(MAGIC, VERSION, NAME, bytes);
        CheckedBytes.require(NAME, body.remaining() >= 3 * Integer.BYTES, "a header", body.remaining());
        int input = CheckedBytes.dimension(NAME, body);
        int features = CheckedBytes.dimension(NAME, body);
        float gamma = body.getFloat();
        long size = Float.BYTES * (features + (long) features * input);
        CheckedBytes.require(NAME, body.remaining() == size, size + " bytes", body.remaining());
        float[] offsets = CheckedBytes.take(body, features);
        return new FeatureMap(input, CheckedBytes.take(body, features * input), offsets, gamma);
    }
}
