package io.vecino.transform;

import io.vecino.storage.CheckedBytes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * A structured random rotation in O(d log d): rounds of random signs, Hadamard transforms of the first and of the last
 * power-of-two coordinates, and Kac steps that mix the halves (Ailon and Chazelle, 2009; Kac, 1956). Scores stay.
 */
public final class RandomRotation implements Transform {
    private static final int MAGIC = 0x56524F54; // "VROT"
    private static final int VERSION = 1;
    private static final String NAME = "random rotation";
    private static final int ROUNDS = 4;
    private static final float HALF = (float) Math.sqrt(0.5);

    private final int dimension;
    private final Similarity similarity;
    private final long seed;
    private final boolean[][] flips;
    private final int power;

    RandomRotation(int dimension, Similarity similarity, long seed) {
        this.dimension = dimension;
        this.similarity = similarity;
        this.seed = seed;
        this.power = Integer.highestOneBit(dimension);
        SplittableRandom random = new SplittableRandom(seed);
        this.flips = new boolean[ROUNDS][dimension];
        for (boolean[] round : flips) {
            for (int j = 0; j < dimension; j++) {
                round[j] = random.nextBoolean();
            }
        }
    }

    @Override
    public int inputDimension() {
        return dimension;
    }

    @Override
    public int outputDimension() {
        return dimension;
    }

    @Override
    public Similarity similarity() {
        return similarity;
    }

    @Override
    public boolean biased() {
        return false;
    }

    @Override
    public String scoreName() {
        return similarity == Similarity.L2 ? "l2" : "ip";
    }

    @Override
    public String origin() {
        return "rotate";
    }

    @Override
    public void points(MemorySegment rows, int count, MemorySegment out, MemorySegment biases) {
        float[] row = new float[dimension];
        for (int i = 0; i < count; i++) {
            long first = (long) i * dimension * Float.BYTES;
            MemorySegment.copy(rows, ValueLayout.JAVA_FLOAT, first, row, 0, dimension);
            rotate(row);
            MemorySegment.copy(row, 0, out, ValueLayout.JAVA_FLOAT, first, dimension);
        }
    }

    @Override
    public void query(MemorySegment query, MemorySegment out) {
        points(query, 1, out, MemorySegment.NULL);
    }

    private void rotate(float[] row) {
        for (int round = 0; round < ROUNDS; round++) {
            for (int j = 0; j < dimension; j++) {
                row[j] = flips[round][j] ? -row[j] : row[j];
            }
            hadamard(row, round % 2 == 0 ? 0 : dimension - power);
            if (power < dimension) {
                mixHalves(row);
            }
        }
    }

    private void hadamard(float[] row, int from) {
        for (int width = 1; width < power; width *= 2) {
            for (int start = from; start < from + power; start += 2 * width) {
                for (int j = start; j < start + width; j++) {
                    float a = row[j];
                    float b = row[j + width];
                    row[j] = (a + b) * HALF;
                    row[j + width] = (a - b) * HALF;
                }
            }
        }
    }

    /** Rotates every coordinate of the first half with its counterpart in the second by 45°. */
    private void mixHalves(float[] row) {
        int half = dimension / 2;
        for (int j = 0; j < half; j++) {
            float a = row[j];
            float b = row[dimension - half + j];
            row[j] = (a + b) * HALF;
            row[dimension - half + j] = (a - b) * HALF;
        }
    }

    /** Little-endian, in a {@link CheckedBytes} frame: i32 dimension, i32 1 for L2 or 0, i64 seed. */
    @Override
    public byte[] toBytes() {
        return CheckedBytes.write(
                MAGIC,
                VERSION,
                16,
                body -> body.putInt(dimension)
                        .putInt(similarity == Similarity.L2 ? 1 : 0)
                        .putLong(seed));
    }

    static boolean recognises(byte[] bytes) {
        return CheckedBytes.recognises(MAGIC, bytes);
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException if it is of another version, truncated or damaged
     */
    static RandomRotation fromBytes(byte[] bytes) {
        ByteBuffer body = CheckedBytes.read(MAGIC, VERSION, NAME, bytes);
        CheckedBytes.require(NAME, body.remaining() == 16, "16 bytes", body.remaining());
        int dimension = CheckedBytes.dimension(NAME, body);
        Similarity similarity = body.getInt() == 1 ? Similarity.L2 : Similarity.DOT;
        return new RandomRotation(dimension, similarity, body.getLong());
    }
}
