package io.vecino.quantization;

import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Fits one row after the other to a centred quantizer's grid; a workspace of one thread. */
final class ResidualFit {
    private final CentredQuantizer quantizer;
    private final HalfUnit scales;
    private final float[] residual;
    private final float[] rotatedCentre;
    private int rotatedFor = -1;
    private final Grid.Fit fit;
    private float bias;
    private double sineSquared;

    ResidualFit(CentredQuantizer quantizer, HalfUnit scales) {
        this.quantizer = quantizer;
        this.scales = scales;
        this.residual = new float[quantizer.dimension()];
        this.rotatedCentre = new float[quantizer.dimension()];
        this.fit = new Grid.Fit(quantizer.dimension());
    }

    void fit(MemorySegment rows, int index, int centreIndex) {
        int dimension = residual.length;
        long first = (long) index * dimension * Float.BYTES;
        MemorySegment.copy(rows, ValueLayout.JAVA_FLOAT_UNALIGNED, first, residual, 0, dimension);
        float[] centre = quantizer.centres().get(centreIndex);
        for (int j = 0; j < dimension; j++) {
            residual[j] -= centre[j];
        }
        quantizer.rotate(residual);
        if (rotatedFor != centreIndex) {
            System.arraycopy(centre, 0, rotatedCentre, 0, dimension);
            quantizer.rotate(rotatedCentre);
            rotatedFor = centreIndex;
        }
        Grid grid = quantizer.grid();
        grid.fit(residual, scales, fit);
        double withResidual = 0;
        double withCode = 0;
        double products = 0;
        double codeSquares = 0;
        double squares = 0;
        for (int j = 0; j < dimension; j++) {
            double code = fit.scale * (grid.value(fit.levels[j] & 0xFF) + fit.zero);
            withResidual += (double) rotatedCentre[j] * residual[j];
            withCode += rotatedCentre[j] * code;
            products += residual[j] * code;
            codeSquares += code * code;
            squares += (double) residual[j] * residual[j];
        }
        bias = (float) (quantizer.similarity() == Similarity.L2 ? -2 * withCode - squares : withResidual - withCode);
        double both = squares * codeSquares;
        sineSquared = both > 0 ? Math.max(0, 1 - products * products / both) : 0;
    }

    float scale() {
        return fit.scale;
    }

    float zero() {
        return fit.zero;
    }

    float bias() {
        return bias;
    }

    byte[] levels() {
        return fit.levels;
    }

    /** Of the angle between the residual and its code. */
    double sineSquared() {
        return sineSquared;
    }
}
