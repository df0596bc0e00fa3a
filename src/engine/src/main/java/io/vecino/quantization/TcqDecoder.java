package io.vecino.quantization;

import io.vecino.storage.NativeConstant;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Between trellis codes and coordinates along a model's axes. Immutable. */
final class TcqDecoder {
    private final TcqLayout layout;
    private final int dimension;
    private final byte[] shares;
    private final int[] byteOf;
    private final int[] shiftOf;
    private final int[] tableOf;
    private final float[] deviations;
    private final float[] tables;
    private final float[][] first;
    private final float[][] second;

    /** @param axes the model's, native */
    TcqDecoder(TcqModel model, TcqLayout layout, MemorySegment axes) {
        this.layout = layout;
        this.dimension = model.origin().length;
        this.shares = java.util.Arrays.copyOf(model.shares(), model.coded());
        this.byteOf = layout.byteOf(shares);
        this.shiftOf = TcqLayout.shiftOf(shares);
        this.deviations = model.deviations();
        this.tableOf = new int[shares.length];
        this.tables = new float[Trellis.MOST_BITS * Trellis.STATES];
        for (int k = 0; k < Trellis.MOST_BITS; k++) {
            System.arraycopy(model.trellis().values()[k], 0, tables, k * Trellis.STATES, Trellis.STATES);
        }
        for (int j = 0; j < shares.length; j++) {
            tableOf[j] = (shares[j] - 1) * Trellis.STATES;
        }
        this.first = turned(model.first(), axes);
        this.second = turned(model.second(), axes);
    }

    private float[][] turned(Centres centres, MemorySegment axes) {
        float[] flat = new float[centres.count() * dimension];
        for (int c = 0; c < centres.count(); c++) {
            System.arraycopy(centres.get(c), 0, flat, c * dimension, dimension);
        }
        float[][] turned = new float[centres.count()][];
        try (Scratch scratch = new Scratch()) {
            Rows rows =
                    TcqResiduals.along(axes, new Rows(NativeConstant.of(flat), centres.count(), dimension), scratch);
            for (int c = 0; c < turned.length; c++) {
                turned[c] = rows.copyOf(c);
            }
        }
        return turned;
    }

    /** What a path stands for before the scale. */
    void values(int[] states, float[] values) {
        for (int j = 0; j < shares.length; j++) {
            values[j] = deviations[j] * tables[tableOf[j] | states[j]];
        }
    }

    /** Writes a path's bits; other bytes of the code are set to 0. */
    void write(int[] states, byte[] code) {
        java.util.Arrays.fill(code, (byte) 0);
        int at = (layout.secondCentreAt() + 1) * Byte.SIZE;
        for (int j = 0; j < shares.length; j++) {
            for (int bit = shares[j] - 1; bit >= 0; bit--, at++) {
                int set = (states[j] >> bit) & 1;
                code[at / Byte.SIZE] |= (byte) (set << (Byte.SIZE - 1 - at % Byte.SIZE));
            }
        }
    }

    /** Writes count × dimension coordinates. */
    void decode(MemorySegment codes, int count, MemorySegment rows) {
        byte[] code = new byte[layout.bytes()];
        float[] row = new float[dimension];
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(codes, ValueLayout.JAVA_BYTE, (long) i * code.length, code, 0, code.length);
            decode(code, row);
            MemorySegment.copy(row, 0, rows, ValueLayout.JAVA_FLOAT, (long) i * dimension * Float.BYTES, dimension);
        }
    }

    private void decode(byte[] code, float[] row) {
        // A damaged code may name a centre that is not there.
        float[] centre = first[Math.min(code[layout.firstCentreAt()] & 0xFF, first.length - 1)];
        float[] inner = second[Math.min(code[layout.secondCentreAt()] & 0xFF, second.length - 1)];
        float scale = TcqScale.decode(code[layout.scaleAt()]);
        for (int j = 0; j < dimension; j++) {
            row[j] = centre[j] + inner[j];
        }
        for (int j = 0; j < shares.length; j++) {
            int at = byteOf[j];
            int state = (((code[at] & 0xFF) << 8 | (code[at + 1] & 0xFF)) >>> shiftOf[j]) & 0xFF;
            row[j] += scale * deviations[j] * tables[tableOf[j] | state];
        }
    }
}
