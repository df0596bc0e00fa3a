package io.vecino.quantization;

import java.lang.foreign.MemorySegment;

/** How a quantizer's codes lie in memory that is scanned: in blocks of equal size, one after the other. */
public interface Storage {
    /** Codes in a block; runs begin at multiples of it. */
    int blockCodes();

    /** Size of a block. */
    long blockBytes();

    /** Size of the blocks that hold {@code count} codes. */
    default long bytes(int count) {
        return (count + (long) blockCodes() - 1) / blockCodes() * blockBytes();
    }

    /** The blocks of {@code count} codes from the {@code first} on, a multiple of {@link #blockCodes}. */
    default MemorySegment run(MemorySegment stored, int first, int count) {
        return stored.asSlice(first / blockCodes() * blockBytes(), bytes(count));
    }

    /**
     * Stores codes behind those that are already there.
     *
     * @param codes count codes as the quantizer writes them
     * @param first how many are there
     */
    void append(MemorySegment codes, int count, MemorySegment stored, int first);

    /** Reads stored codes back as the quantizer wrote them. */
    void read(MemorySegment stored, int first, int count, MemorySegment codes);

    /**
     * Code after code.
     *
     * @param blockBytes size of a code
     */
    record InRows(long blockBytes) implements Storage {
        @Override
        public int blockCodes() {
            return 1;
        }

        @Override
        public void append(MemorySegment codes, int count, MemorySegment stored, int first) {
            MemorySegment.copy(codes, 0, stored, first * blockBytes, count * blockBytes);
        }

        @Override
        public void read(MemorySegment stored, int first, int count, MemorySegment codes) {
            MemorySegment.copy(stored, first * blockBytes, codes, 0, count * blockBytes);
        }
    }
}
