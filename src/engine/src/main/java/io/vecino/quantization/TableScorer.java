package io.vecino.quantization;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Sums one looked-up value per byte of a code, in float32 and in byte order. */
final class TableScorer implements QueryScorer {
    private static final int ROWS = 4;

    private final float[][] tables;
    private final int codeBytes;
    private byte[] block = {};

    /** @param tables per query, codeBytes × 256 */
    TableScorer(float[][] tables, int codeBytes) {
        this.tables = tables;
        this.codeBytes = codeBytes;
    }

    @Override
    public void score(MemorySegment codes, int count, MemorySegment scores) {
        if (block.length < count * codeBytes) {
            block = new byte[count * codeBytes];
        }
        MemorySegment.copy(codes, ValueLayout.JAVA_BYTE, 0, block, 0, count * codeBytes);
        for (int q = 0; q < tables.length; q++) {
            float[] table = tables[q];
            long at = (long) q * count;
            int first = 0;
            for (; first + ROWS <= count; first += ROWS) {
                sumFour(table, first * codeBytes, scores, at + first);
            }
            for (; first < count; first++) {
                scores.setAtIndex(ValueLayout.JAVA_FLOAT, at + first, sum(table, first * codeBytes));
            }
        }
    }

    /** The score of one code. */
    float sum(int query, byte[] code) {
        float[] table = tables[query];
        float sum = 0;
        for (int j = 0; j < codeBytes; j++) {
            sum += table[(j << 8) | (code[j] & 0xFF)];
        }
        return sum;
    }

    private float sum(float[] table, int code) {
        float sum = 0;
        for (int j = 0; j < codeBytes; j++) {
            sum += table[(j << 8) | (block[code + j] & 0xFF)];
        }
        return sum;
    }

    /** Four rows at a time, whose additions do not wait for each other. */
    private void sumFour(float[] table, int code, MemorySegment scores, long at) {
        int second = code + codeBytes;
        int third = second + codeBytes;
        int fourth = third + codeBytes;
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        for (int j = 0; j < codeBytes; j++) {
            int entry = j << 8;
            a += table[entry | (block[code + j] & 0xFF)];
            b += table[entry | (block[second + j] & 0xFF)];
            c += table[entry | (block[third + j] & 0xFF)];
            d += table[entry | (block[fourth + j] & 0xFF)];
        }
        scores.setAtIndex(ValueLayout.JAVA_FLOAT, at, a);
        scores.setAtIndex(ValueLayout.JAVA_FLOAT, at + 1, b);
        scores.setAtIndex(ValueLayout.JAVA_FLOAT, at + 2, c);
        scores.setAtIndex(ValueLayout.JAVA_FLOAT, at + 3, d);
    }
}
