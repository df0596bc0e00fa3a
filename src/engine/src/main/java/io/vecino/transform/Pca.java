package io.vecino.transform;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import io.vecino.storage.NativeConstant;
import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Projection onto the principal components of the training rows, with the score that was measured to keep most
 * neighbours (Jolliffe, Principal Component Analysis; the choice of score: see {@link ReducedScore}).
 */
public final class Pca implements Transform {
    private static final int MAGIC = 0x56504341; // "VPCA"
    private static final int VERSION = 1;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

    private final int inputDimension;
    private final int outputDimension;
    private final ReducedScore score;
    private final float[] mean;
    private final float[] eigenvalues;
    private final MemorySegment components;
    private final MemorySegment nativeMean;
    private final MemorySegment projectedMean;
    private final Kernels kernels = Kernels.best();

    /**
     * Assembles a trained projection.
     *
     * @param mean inputDimension values
     * @param eigenvalues all variances found, descending
     * @param components outputDimension × inputDimension orthonormal rows
     */
    Pca(ReducedScore score, float[] mean, float[] eigenvalues, float[] components) {
        this.inputDimension = mean.length;
        this.outputDimension = components.length / mean.length;
        this.score = score;
        this.mean = mean;
        this.eigenvalues = eigenvalues;
        this.components = NativeConstant.of(components);
        this.nativeMean = NativeConstant.of(mean);
        this.projectedMean = NativeConstant.of(new float[outputDimension]);
        kernels.scoreRows(
                Kernel.DOT_F32, nativeMean, this.components, stride(), outputDimension, inputDimension, projectedMean);
    }

    private long stride() {
        return (long) inputDimension * Float.BYTES;
    }

    /** The same projection, compared otherwise. */
    Pca with(ReducedScore other) {
        return new Pca(other, mean, eigenvalues, components.toArray(FLOAT));
    }

    @Override
    public int inputDimension() {
        return inputDimension;
    }

    @Override
    public int outputDimension() {
        return outputDimension;
    }

    @Override
    public Similarity similarity() {
        return score.similarity();
    }

    @Override
    public boolean biased() {
        return score.biased();
    }

    @Override
    public String scoreName() {
        return score.id();
    }

    /** All variances found in training, descending. */
    public float[] eigenvalues() {
        return eigenvalues.clone();
    }

    @Override
    public void points(MemorySegment rows, int count, MemorySegment out, MemorySegment biases) {
        project(rows, count, out);
        switch (score) {
            case COSINE -> normalise(out, count);
            case CENTRED_L2 -> {}
            case CORRECTED_IP ->
                kernels.scoreRows(Kernel.DOT_F32, nativeMean, rows, stride(), count, inputDimension, biases);
            case CORRECTED_L2 -> droppedLengths(rows, count, out, biases);
        }
    }

    @Override
    public void query(MemorySegment query, MemorySegment out) {
        project(query, 1, out);
        if (score == ReducedScore.COSINE) {
            normalise(out, 1);
        }
    }

    /** Uncentred for COSINE, else P(x−μ) = Px − Pμ. */
    private void project(MemorySegment rows, int count, MemorySegment out) {
        kernels.scoreBatch(Kernel.DOT_F32, rows, count, components, stride(), outputDimension, inputDimension, out);
        if (score == ReducedScore.COSINE) {
            return;
        }
        for (int i = 0; i < count; i++) {
            long first = (long) i * outputDimension;
            for (int j = 0; j < outputDimension; j++) {
                out.setAtIndex(FLOAT, first + j, out.getAtIndex(FLOAT, first + j) - projectedMean.getAtIndex(FLOAT, j));
            }
        }
    }

    private void normalise(MemorySegment rows, int count) {
        for (int i = 0; i < count; i++) {
            double norm = Math.sqrt(squaredLength(rows, i));
            float scale = norm > 0 ? (float) (1 / norm) : 0;
            long first = (long) i * outputDimension;
            for (int j = 0; j < outputDimension; j++) {
                rows.setAtIndex(FLOAT, first + j, rows.getAtIndex(FLOAT, first + j) * scale);
            }
        }
    }

    private void droppedLengths(MemorySegment rows, int count, MemorySegment out, MemorySegment biases) {
        kernels.scoreRows(Kernel.L2_F32, nativeMean, rows, stride(), count, inputDimension, biases);
        for (int i = 0; i < count; i++) {
            double dropped = biases.getAtIndex(FLOAT, i) - squaredLength(out, i);
            biases.setAtIndex(FLOAT, i, (float) -Math.max(0, dropped));
        }
    }

    private double squaredLength(MemorySegment rows, int row) {
        long first = (long) row * outputDimension;
        double sum = 0;
        for (int j = 0; j < outputDimension; j++) {
            double value = rows.getAtIndex(FLOAT, first + j);
            sum += value * value;
        }
        return sum;
    }

    /**
     * Little-endian: i32 magic, version, score, input and output dimension; float32 mean, eigenvalues (inputDimension
     * each), components; i32 CRC32C of all before.
     */
    byte[] toBytes() {
        ByteBuffer buffer =
                ByteBuffer.allocate(size(inputDimension, outputDimension)).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(MAGIC)
                .putInt(VERSION)
                .putInt(score.code())
                .putInt(inputDimension)
                .putInt(outputDimension);
        put(buffer, mean);
        put(buffer, Arrays.copyOf(eigenvalues, inputDimension));
        put(buffer, components.toArray(FLOAT));
        return buffer.putInt(checksum(buffer.array(), buffer.position())).array();
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException if it is of another version, truncated or damaged
     */
    static Pca fromBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < 24 || buffer.getInt() != MAGIC || buffer.getInt() != VERSION) {
            throw new IllegalArgumentException("not a PCA transform of version " + VERSION);
        }
        int scoreCode = buffer.getInt();
        int input = buffer.getInt();
        int output = buffer.getInt();
        if (input < 1 || input > 1 << 16 || output < 1 || output > input || bytes.length != size(input, output)) {
            throw new IllegalArgumentException(
                    "PCA transform " + input + " to " + output + ": " + bytes.length + " bytes");
        }
        if (buffer.getInt(bytes.length - Integer.BYTES) != checksum(bytes, bytes.length - Integer.BYTES)) {
            throw new IllegalArgumentException("PCA transform: checksum mismatch");
        }
        return new Pca(
                ReducedScore.ofCode(scoreCode), take(buffer, input), take(buffer, input), take(buffer, input * output));
    }

    private static int size(int input, int output) {
        return Math.toIntExact(24L + Float.BYTES * (2L * input + (long) input * output));
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static void put(ByteBuffer buffer, float[] values) {
        buffer.asFloatBuffer().put(values);
        buffer.position(buffer.position() + Float.BYTES * values.length);
    }

    private static float[] take(ByteBuffer buffer, int count) {
        float[] values = new float[count];
        buffer.asFloatBuffer().get(values);
        buffer.position(buffer.position() + Float.BYTES * count);
        return values;
    }

    /** The image of one heap vector, for tests and reports. */
    float[] query(float[] vector) {
        try (Scratch scratch = new Scratch()) {
            MemorySegment out = scratch.floats((long) outputDimension);
            query(scratch.floats(vector), out);
            return out.toArray(FLOAT);
        }
    }
}
