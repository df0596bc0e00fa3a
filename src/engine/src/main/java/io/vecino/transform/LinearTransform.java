package io.vecino.transform;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import io.vecino.storage.CheckedBytes;
import io.vecino.storage.NativeConstant;
import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A trained linear map with the score that was measured to keep most neighbours (see {@link ReducedScore}): what PCA and
 * all methods that learn one matrix come to.
 */
public final class LinearTransform implements Transform {
    private static final int MAGIC = 0x564C494E; // "VLIN"
    private static final int VERSION = 1;
    private static final String NAME = "linear transform";
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

    private final int inputDimension;
    private final int outputDimension;
    private final ReducedScore score;
    private final float[] mean;
    private final float[] spectrum;
    private final String origin;
    private final MemorySegment matrix;
    private final MemorySegment nativeMean;
    private final float[] imageOfMean;
    private final Kernels kernels = Kernels.best();

    /**
     * Assembles a trained map.
     *
     * @param mean inputDimension values
     * @param matrix outputDimension × inputDimension
     * @param spectrum variances found in training, descending; may be empty
     * @param origin method and outcome of the training in a few words
     */
    LinearTransform(ReducedScore score, float[] mean, float[] matrix, float[] spectrum, String origin) {
        this.inputDimension = mean.length;
        this.outputDimension = matrix.length / mean.length;
        this.score = score;
        this.mean = mean;
        this.spectrum = spectrum;
        this.origin = origin;
        this.matrix = NativeConstant.of(matrix);
        this.nativeMean = NativeConstant.of(mean);
        MemorySegment image = NativeConstant.of(new float[outputDimension]);
        kernels.scoreRows(Kernel.DOT_F32, nativeMean, this.matrix, stride(), outputDimension, inputDimension, image);
        this.imageOfMean = image.toArray(FLOAT);
    }

    private long stride() {
        return (long) inputDimension * Float.BYTES;
    }

    /** The same map, compared otherwise. */
    LinearTransform with(ReducedScore other) {
        return new LinearTransform(other, mean, matrix(), spectrum, origin);
    }

    /** Another map of the same shape, compared alike. */
    LinearTransform withMatrix(float[] other) {
        return new LinearTransform(score, mean, other, spectrum, origin);
    }

    ReducedScore score() {
        return score;
    }

    /** Its first {@code count} coordinates, compared alike. */
    LinearTransform leading(int count) {
        return new LinearTransform(score, mean, Arrays.copyOf(matrix(), count * inputDimension), spectrum, origin);
    }

    /** The same map with another account of its training. */
    LinearTransform with(String otherOrigin) {
        return new LinearTransform(score, mean, matrix(), spectrum, otherOrigin);
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

    @Override
    public String origin() {
        return origin;
    }

    /** Variances found in training, descending; empty for methods that look for none. */
    public float[] spectrum() {
        return spectrum.clone();
    }

    float[] mean() {
        return mean.clone();
    }

    /** outputDimension × inputDimension. */
    float[] matrix() {
        return matrix.toArray(FLOAT);
    }

    @Override
    public void points(MemorySegment rows, int count, MemorySegment out, MemorySegment biases) {
        map(rows, count, out);
        if (score == ReducedScore.CORRECTED_IP) {
            kernels.scoreRows(Kernel.DOT_F32, nativeMean, rows, stride(), count, inputDimension, biases);
        } else if (score == ReducedScore.CORRECTED_L2) {
            droppedLengths(rows, count, out, biases);
        }
    }

    @Override
    public void query(MemorySegment query, MemorySegment out) {
        map(query, 1, out);
    }

    private void map(MemorySegment rows, int count, MemorySegment out) {
        kernels.scoreBatch(Kernel.DOT_F32, rows, count, matrix, stride(), outputDimension, inputDimension, out);
        if (!score.centred() && !score.unit()) {
            return;
        }
        float[] image = new float[outputDimension];
        for (int i = 0; i < count; i++) {
            long first = (long) i * outputDimension * Float.BYTES;
            MemorySegment.copy(out, FLOAT, first, image, 0, outputDimension);
            if (score.centred()) {
                for (int j = 0; j < outputDimension; j++) {
                    image[j] -= imageOfMean[j];
                }
            }
            if (score.unit()) {
                normalise(image);
            }
            MemorySegment.copy(image, 0, out, FLOAT, first, outputDimension);
        }
    }

    private static void normalise(float[] image) {
        double norm = Math.sqrt(squaredLength(image));
        float scale = norm > 0 ? (float) (1 / norm) : 0;
        for (int j = 0; j < image.length; j++) {
            image[j] *= scale;
        }
    }

    private static double squaredLength(float[] image) {
        double sum = 0;
        for (float value : image) {
            sum += (double) value * value;
        }
        return sum;
    }

    private void droppedLengths(MemorySegment rows, int count, MemorySegment out, MemorySegment biases) {
        kernels.scoreRows(Kernel.L2_F32, nativeMean, rows, stride(), count, inputDimension, biases);
        float[] image = new float[outputDimension];
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(out, FLOAT, (long) i * outputDimension * Float.BYTES, image, 0, outputDimension);
            double dropped = biases.getAtIndex(FLOAT, i) - squaredLength(image);
            biases.setAtIndex(FLOAT, i, (float) -Math.max(0, dropped));
        }
    }

    /**
     * Little-endian, in a {@link CheckedBytes} frame: i32 score, input and output dimension, length of the spectrum, bytes
     * of the origin; float32 mean, matrix, spectrum; origin in UTF-8.
     */
    @Override
    public byte[] toBytes() {
        byte[] text = origin.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return CheckedBytes.write(
                MAGIC, VERSION, size(inputDimension, outputDimension, spectrum.length, text.length), body -> {
                    body.putInt(score.code()).putInt(inputDimension).putInt(outputDimension);
                    body.putInt(spectrum.length).putInt(text.length);
                    CheckedBytes.put(body, mean);
                    CheckedBytes.put(body, matrix());
                    CheckedBytes.put(body, spectrum);
                    body.put(text);
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
    static LinearTransform fromBytes(byte[] bytes) {
        ByteBuffer body = CheckedBytes.read(MAGIC, VERSION, NAME, bytes);
        CheckedBytes.require(NAME, body.remaining() >= 5 * Integer.BYTES, "a header", body.remaining());
        ReducedScore score = ReducedScore.ofCode(body.getInt());
        int input = CheckedBytes.dimension(NAME, body);
        int output = CheckedBytes.dimension(NAME, body);
        int spectrum = body.getInt();
        int text = body.getInt();
        CheckedBytes.require(NAME, spectrum >= 0 && spectrum <= input && text >= 0 && text <= 1 << 12, "lengths", text);
        int size = size(input, output, spectrum, text);
        CheckedBytes.require(
                NAME, body.limit() - body.position() == size - 5 * Integer.BYTES, size + " bytes", body.limit());
        float[] mean = CheckedBytes.take(body, input);
        float[] matrix = CheckedBytes.take(body, Math.multiplyExact(input, output));
        float[] variances = CheckedBytes.take(body, spectrum);
        byte[] origin = new byte[text];
        body.get(origin);
        return new LinearTransform(
                score, mean, matrix, variances, new String(origin, java.nio.charset.StandardCharsets.UTF_8));
    }

    private static int size(int input, int output, int spectrum, int text) {
        return Math.toIntExact(
                5L * Integer.BYTES + Float.BYTES * ((long) input + spectrum + (long) input * output) + text);
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
