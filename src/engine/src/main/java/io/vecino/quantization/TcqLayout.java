package io.vecino.quantization;

import io.vecino.transform.Similarity;

/**
 * Where a trellis code keeps its parts: for L2 the float32 squared length, little-endian; a byte each for the scale, the
 * first and the second centre; the bits that dimensions shift into the register, the highest bit of a byte first. The
 * register starts as the second centre's byte, so that a state is the 8 bits that end where its dimension's bits do.
 *
 * @param bytes of a code
 */
record TcqLayout(Similarity similarity, int bytes) {
    int scaleAt() {
        return similarity == Similarity.L2 ? Float.BYTES : 0;
    }

    int firstCentreAt() {
        return scaleAt() + 1;
    }

    int secondCentreAt() {
        return scaleAt() + 2;
    }

    /** Bits for the dimensions. */
    int bits() {
        return (bytes - secondCentreAt() - 1) * Byte.SIZE;
    }

    /** The byte before the one in which a state ends. */
    int[] byteOf(byte[] shares) {
        int[] at = new int[shares.length];
        for (int j = 0, end = Byte.SIZE; j < at.length; j++) {
            end += shares[j];
            at[j] = secondCentreAt() + (end - 1) / Byte.SIZE - 1;
        }
        return at;
    }

    /** By how many bits a state ends before that byte's successor does. */
    static int[] shiftOf(byte[] shares) {
        int[] shift = new int[shares.length];
        for (int j = 0, end = Byte.SIZE; j < shift.length; j++) {
            end += shares[j];
            shift[j] = Byte.SIZE - 1 - (end - 1) % Byte.SIZE;
        }
        return shift;
    }
}
