package io.vecino.transform;

import java.util.List;
import java.util.Random;

/** Gaussian random projection (Johnson and Lindenstrauss, 1984), the same for every sample of a size. */
final class RandomProjectionTrainer extends FittedTrainer {
    private static final long SEED = 0x6A0551;

    RandomProjectionTrainer(int dims) {
        super("random", dims);
    }

    @Override
    LinearTransform fit(Rows rows, Crew crew, Matrices matrices) {
        int d = rows.dimension();
        Random random = new Random(SEED);
        float[] matrix = new float[dims() * d];
        for (int j = 0; j < matrix.length; j++) {
            matrix[j] = (float) (random.nextGaussian() / Math.sqrt(dims()));
        }
        return new LinearTransform(ReducedScore.CENTRED_L2, new float[d], matrix, new float[0], "random");
    }

    @Override
    List<ReducedScore> scores(Similarity similarity) {
        return ReducedScore.ofMap(similarity);
    }
}
