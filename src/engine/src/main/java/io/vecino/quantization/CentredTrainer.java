package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import io.vecino.model.QuantizerSpec;
import io.vecino.quantization.faiss.FaissTraining;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import org.jspecify.annotations.Nullable;

/** Trains centred quantizers: the centres, and the units of the per-vector constants. */
final class CentredTrainer {
    private static final long SEED = 0x5EED;
    private static final int FITTED_ROWS = 4096;
    private static final HalfUnit ROUGH = new HalfUnit(0, 1);
    private static final int ROWS_PER_CENTRE = 39;
    private static final int FEWEST_CENTRES = 16;
    private static final double LEAST_UNIT = 1e-30;

    private final QuantizerSpec spec;
    private final Grid grid;

    CentredTrainer(QuantizerSpec spec) {
        this.spec = spec;
        this.grid = grid(spec);
    }

    static Grid grid(QuantizerSpec spec) {
        return switch (spec.method()) {
            case FP8E4M3 -> new Fp8Grid(Kernel.DOT_E4M3, Fp8Format.E4M3);
            case FP8E5M2 -> new Fp8Grid(Kernel.DOT_E5M2, Fp8Format.E5M2);
            case INT8 -> new RangeGrid(8);
            case INT6 -> new RangeGrid(6);
            case INT4 -> new RangeGrid(4);
            case BINARY -> new AngleGrid(1);
            case BINARY2 -> new AngleGrid(2);
            case RABITQ -> new AngleGrid(spec.bits());
            case F32, F16, BF16, PQ, OPQ, TCQ -> throw new IllegalArgumentException(spec + " has no levels");
        };
    }

    Quantizer train(Rows sample, Similarity similarity) {
        boolean rotated = spec.method() == QuantizerSpec.Method.RABITQ;
        @Nullable Rotation rotation = rotated ? new Rotation(sample.dimension(), SEED) : null;
        int count = rotated ? centreCount(sample.count()) : 1;
        Centres centres =
                new Centres(count == 1 ? sample.mean() : FaissTraining.centroids(sample, count), sample.dimension());
        CentredQuantizer rough =
                new CentredQuantizer(spec, sample.dimension(), similarity, grid, rotation, centres, ROUGH, ROUGH, 0);
        return measured(rough, rotation, sample.slice(0, Math.min(FITTED_ROWS, sample.count())));
    }

    /** A power of two up to 256 with enough rows for each, or 1 where there are too few to be worth a byte per code. */
    private static int centreCount(int rows) {
        int count = Integer.highestOneBit(Math.clamp(rows / ROWS_PER_CENTRE, 1, Centres.MAX));
        return count < FEWEST_CENTRES ? 1 : count;
    }

    /** The same quantizer with the units and the angle that are typical of the rows. */
    private Quantizer measured(CentredQuantizer rough, @Nullable Rotation rotation, Rows rows) {
        double scale = 0;
        double bias = 0;
        double biasSquares = 0;
        double sine = 0;
        try (Scratch scratch = new Scratch()) {
            int[] nearest = rough.centres().nearest(rows.segment(), rows.count(), scratch);
            // Binary16 is too coarse for a scale without a unit; a first look at the rows gives one.
            ResidualFit fit = new ResidualFit(rough, new HalfUnit(0, (float) spread(rough, rows)));
            for (int i = 0; i < rows.count(); i++) {
                fit.fit(rows.segment(), i, nearest[i]);
                scale += fit.scale();
                bias += fit.bias();
                biasSquares += (double) fit.bias() * fit.bias();
                sine += fit.sineSquared();
            }
        }
        int n = rows.count();
        double origin = bias / n;
        double unit = Math.sqrt(Math.max(0, biasSquares / n - origin * origin)) + 1e-3 * Math.abs(origin);
        return new CentredQuantizer(
                spec,
                rough.dimension(),
                rough.similarity(),
                grid,
                rotation,
                rough.centres(),
                new HalfUnit(0, (float) Math.max(LEAST_UNIT, scale / n)),
                new HalfUnit((float) origin, (float) Math.max(LEAST_UNIT, unit)),
                (float) Math.sqrt(sine / n));
    }

    /** Root mean square of the coordinates' distances from the first centre, per level. */
    private double spread(CentredQuantizer rough, Rows rows) {
        float[] centre = rough.centres().get(0);
        double squares = 0;
        for (int i = 0; i < rows.count(); i++) {
            float[] row = rows.copyOf(i);
            for (int j = 0; j < row.length; j++) {
                squares += Math.pow((double) row[j] - centre[j], 2);
            }
        }
        double root = Math.sqrt(squares / ((double) rows.count() * rows.dimension()));
        return Math.max(LEAST_UNIT, root / grid.typicalMagnitude());
    }
}
