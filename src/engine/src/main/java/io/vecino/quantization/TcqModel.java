package io.vecino.quantization;

import io.vecino.storage.CheckedBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What a trellis quantizer learns. No array is to be changed. */
final class TcqModel {
    private static final String NAME = "trained quantizer";

    private final float[] origin;
    private final Centres first;
    private final Centres second;
    private final float[] axes;
    private final float[] deviations;
    private final byte[] shares;
    private final Trellis trellis;

    /**
     * Assembles a model.
     *
     * @param origin what is taken from rows and queries, dimension values
     * @param first nearest to a row
     * @param second nearest to what the first leaves of it
     * @param axes of what both leave, dimension × dimension, orthonormal rows
     * @param deviations along the axes
     * @param shares bits of each axis, not ascending
     */
    TcqModel(
            float[] origin,
            Centres first,
            Centres second,
            float[] axes,
            float[] deviations,
            byte[] shares,
            Trellis trellis) {
        this.origin = origin;
        this.first = first;
        this.second = second;
        this.axes = axes;
        this.deviations = deviations;
        this.shares = shares;
        this.trellis = trellis;
    }

    /** The same with other values of the trellis. */
    TcqModel with(Trellis other) {
        return new TcqModel(origin, first, second, axes, deviations, shares, other);
    }

    float[] origin() {
        return origin;
    }

    Centres first() {
        return first;
    }

    Centres second() {
        return second;
    }

    float[] axes() {
        return axes;
    }

    float[] deviations() {
        return deviations;
    }

    byte[] shares() {
        return shares;
    }

    Trellis trellis() {
        return trellis;
    }

    /** Axes that have bits; they come first. */
    int coded() {
        int coded = 0;
        while (coded < shares.length && shares[coded] > 0) {
            coded++;
        }
        return coded;
    }

    /**
     * Little-endian: float32 origin, axes, deviations; a byte for the bits of each axis; the values of 1 to 6 bits; both
     * sets of centres.
     */
    ByteBuffer toBytes() {
        int floats = origin.length + axes.length + deviations.length + Trellis.MOST_BITS * Trellis.STATES;
        ByteBuffer bytes = ByteBuffer.allocate(
                        floats * Float.BYTES + shares.length + first.byteSize() + second.byteSize())
                .order(ByteOrder.LITTLE_ENDIAN);
        CheckedBytes.put(bytes, origin);
        CheckedBytes.put(bytes, axes);
        CheckedBytes.put(bytes, deviations);
        bytes.put(shares);
        for (float[] values : trellis.values()) {
            CheckedBytes.put(bytes, values);
        }
        first.write(bytes);
        second.write(bytes);
        return bytes.flip();
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @param bits that a code has for the axes
     * @throws IllegalArgumentException if it cannot be of this dimension
     */
    static TcqModel read(ByteBuffer state, int dimension, int bits) {
        long least = ((long) dimension * (dimension + 2) + Trellis.MOST_BITS * Trellis.STATES) * Float.BYTES
                + dimension
                + 2 * Integer.BYTES;
        CheckedBytes.require(NAME, state.remaining() >= least, "at least " + least + " bytes", state.remaining());
        float[] origin = CheckedBytes.take(state, dimension);
        float[] axes = CheckedBytes.take(state, dimension * dimension);
        float[] deviations = CheckedBytes.take(state, dimension);
        byte[] shares = new byte[dimension];
        state.get(shares);
        int sum = 0;
        for (int j = 0; j < dimension; j++) {
            int most = j == 0 ? Trellis.MOST_BITS : shares[j - 1];
            CheckedBytes.require(NAME, shares[j] >= 0 && shares[j] <= most, "0 to " + most + " bits", shares[j]);
            sum += shares[j];
        }
        CheckedBytes.require(NAME, sum <= bits, "at most " + bits + " bits", sum);
        float[][] values = new float[Trellis.MOST_BITS][];
        for (int k = 0; k < values.length; k++) {
            values[k] = CheckedBytes.take(state, Trellis.STATES);
        }
        Centres first = Centres.read(state, dimension);
        CheckedBytes.require(NAME, state.remaining() >= Integer.BYTES, "a second set of centres", state.remaining());
        Centres second = Centres.read(state, dimension);
        CheckedBytes.require(NAME, !state.hasRemaining(), "no more bytes", state.remaining());
        return new TcqModel(origin, first, second, axes, deviations, shares, new Trellis(values));
    }
}
