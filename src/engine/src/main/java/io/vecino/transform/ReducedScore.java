package io.vecino.transform;

import java.util.List;

/**
 * What is compared after a linear projection P fitted on data with mean μ. None is best on all data, so trainers measure.
 *
 */
public enum ReducedScore {
    /** Cosine of Pq and Px: no centring of the vectors, only of the components. */
    COSINE(0, "cosine", Similarity.DOT, false),
    /** Inner product of P(q−μ) and P(x−μ), plus ⟨μ,x⟩: exact but for what the projection drops. */
    CORRECTED_IP(1, "ip+correction", Similarity.DOT, true),
    /** Euclidean distance of P(q−μ) and P(x−μ). */
    CENTRED_L2(2, "l2", Similarity.L2, false),
    /** The same minus the squared length of x−μ that the projection drops. */
    CORRECTED_L2(3, "l2+correction", Similarity.L2, true);

    private final int code;
    private final String id;
    private final Similarity similarity;
    private final boolean biased;

    ReducedScore(int code, String id, Similarity similarity, boolean biased) {
        this.code = code;
        this.id = id;
        this.similarity = similarity;
        this.biased = biased;
    }

    /** The number that stands for it in files. */
    int code() {
        return code;
    }

    /**
     * From the number in a file.
     *
     * @throws IllegalArgumentException for an unknown one
     */
    static ReducedScore ofCode(int code) {
        for (ReducedScore score : values()) {
            if (score.code == code) {
                return score;
            }
        }
        throw new IllegalArgumentException("reduced score: expected 0 to 3, got " + code);
    }

    /** The name in reports. */
    public String id() {
        return id;
    }

    Similarity similarity() {
        return similarity;
    }

    boolean biased() {
        return biased;
    }

    /** The scores worth measuring for vectors compared by {@code original}. */
    static List<ReducedScore> candidates(Similarity original) {
        return original == Similarity.DOT
                ? List.of(COSINE, CORRECTED_IP, CENTRED_L2)
                : List.of(CENTRED_L2, CORRECTED_L2);
    }
}
