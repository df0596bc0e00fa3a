package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import io.vecino.kernels.Kernels;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What is left of rows after the centres nearest to it are taken from them, in place. */
final class TcqResiduals {
    private static final int BLOCK = 512;

    private TcqResiduals() {}

    /** Takes a vector from each row. */
    static void subtract(Rows rows, float[] vector) {
        for (int i = 0; i < rows.count(); i++) {
            subtract(rows, i, vector);
        }
    }

    private static void subtract(Rows rows, int row, float[] vector) {
        long at = (long) row * rows.dimension();
        for (int j = 0; j < vector.length; j++) {
            float value = rows.segment().getAtIndex(ValueLayout.JAVA_FLOAT, at + j);
            rows.segment().setAtIndex(ValueLayout.JAVA_FLOAT, at + j, value - vector[j]);
        }
    }

    /** Takes from each row its nearest centre; returns which. */
    static int[] subtractNearest(Rows rows, Centres centres) {
        int[] all = new int[rows.count()];
        for (int from = 0; from < rows.count(); from += BLOCK) {
            Rows block = rows.slice(from, Math.min(BLOCK, rows.count() - from));
            try (Scratch scratch = new Scratch()) {
                int[] nearest = centres.nearest(block.segment(), block.count(), scratch);
                for (int i = 0; i < block.count(); i++) {
                    subtract(block, i, centres.get(nearest[i]));
                    all[from + i] = nearest[i];
                }
            }
        }
        return all;
    }

    /** Coordinates of rows along axes. */
    static Rows along(MemorySegment axes, Rows rows, Scratch scratch) {
        int d = rows.dimension();
        MemorySegment turned = scratch.floats((long) rows.count() * d);
        Kernels.best()
                .scoreBatch(Kernel.DOT_F32, rows.segment(), rows.count(), axes, (long) d * Float.BYTES, d, d, turned);
        return new Rows(turned, rows.count(), d);
    }

    static Rows copy(Rows rows, Scratch scratch) {
        MemorySegment copy = scratch.floats((long) rows.count() * rows.dimension());
        MemorySegment.copy(rows.segment(), 0, copy, 0, (long) rows.count() * rows.dimension() * Float.BYTES);
        return new Rows(copy, rows.count(), rows.dimension());
    }
}
