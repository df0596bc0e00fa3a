package io.vecino.transform;

import java.util.List;

/** The first coordinates; for embeddings trained so that these are meant to suffice (arXiv 2205.13147). */
final class TruncationTrainer extends FittedTrainer {
    TruncationTrainer(int dims) {
        super("truncate", dims);
    }

    @Override
    LinearTransform fit(Rows rows, Crew crew, Matrices matrices) {
        int d = rows.dimension();
        float[] matrix = new float[dims() * d];
        for (int k = 0; k < dims(); k++) {
            matrix[k * d + k] = 1;
        }
        return new LinearTransform(ReducedScore.CENTRED_L2, new float[d], matrix, new float[0], "truncate");
    }

    @Override
    List<ReducedScore> scores(Similarity similarity) {
        return ReducedScore.ofMap(similarity);
    }
}
