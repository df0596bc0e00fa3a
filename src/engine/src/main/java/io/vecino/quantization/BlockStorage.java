package io.vecino.quantization;

import io.vecino.kernels.FastScan;
import io.vecino.kernels.Kernels;
import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * 4-bit codes in the blocks of {@link FastScan}; as many bytes as code after code, but for the last block.
 *
 * @param parts sub-quantizers
 */
record BlockStorage(int parts) implements Storage {
    @Override
    public int blockCodes() {
        return FastScan.BLOCK_VECTORS;
    }

    @Override
    public long blockBytes() {
        return FastScan.blockBytes(parts);
    }

    private int rowBytes() {
        return (parts + 1) / 2;
    }

    @Override
    public void append(MemorySegment codes, int count, MemorySegment stored, int first) {
        int kept = first % blockCodes();
        try (Scratch scratch = new Scratch()) {
            MemorySegment parted = scratch.bytes((long) (kept + count) * parts);
            MemorySegment blocks = run(stored, first - kept, kept + count);
            Kernels.best().unpackFastScan(blocks, kept, parts, parted);
            for (int i = 0; i < count; i++) {
                split(codes, (long) i * rowBytes(), parted, (long) (kept + i) * parts);
            }
            Kernels.best().packFastScan(parted, kept + count, parts, blocks);
        }
    }

    @Override
    public void read(MemorySegment stored, int first, int count, MemorySegment codes) {
        int skipped = first % blockCodes();
        try (Scratch scratch = new Scratch()) {
            MemorySegment parted = scratch.bytes((long) (skipped + count) * parts);
            Kernels.best()
                    .unpackFastScan(run(stored, first - skipped, skipped + count), skipped + count, parts, parted);
            for (int i = 0; i < count; i++) {
                join(parted, (long) (skipped + i) * parts, codes, (long) i * rowBytes());
            }
        }
    }

    /** Writes one stored code as the quantizer would. */
    void copyRow(MemorySegment stored, int position, byte[] row) {
        long block = position / blockCodes() * blockBytes() + position % 16;
        int shift = position % blockCodes() < 16 ? 0 : 4;
        for (int j = 0; j < row.length; j++) {
            // An odd number of parts is padded in the block as it is in the row.
            int low = (stored.get(ValueLayout.JAVA_BYTE, block + 32L * j) >> shift) & 15;
            int high = (stored.get(ValueLayout.JAVA_BYTE, block + 32L * j + 16) >> shift) & 15;
            row[j] = (byte) (low | (high << 4));
        }
    }

    private void split(MemorySegment codes, long from, MemorySegment parted, long to) {
        for (int part = 0; part < parts; part++) {
            int both = codes.get(ValueLayout.JAVA_BYTE, from + part / 2);
            parted.set(ValueLayout.JAVA_BYTE, to + part, (byte) ((both >> (part % 2 * 4)) & 15));
        }
    }

    private void join(MemorySegment parted, long from, MemorySegment codes, long to) {
        for (int part = 0; part < parts; part += 2) {
            int low = parted.get(ValueLayout.JAVA_BYTE, from + part);
            int high = part + 1 < parts ? parted.get(ValueLayout.JAVA_BYTE, from + part + 1) : 0;
            codes.set(ValueLayout.JAVA_BYTE, to + part / 2, (byte) (low | (high << 4)));
        }
    }
}
