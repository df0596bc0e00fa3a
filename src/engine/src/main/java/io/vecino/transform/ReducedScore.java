package io.vecino.transform;

import java.util.List;

/**
 * What is compared after a linear map W fitted on data with mean μ. None is best on all data, so trainers measure. The
 * corrected ones take W for orthonormal.
 */
public enum ReducedScore {
    /** Cosine of Wq and Wx: no centring of the vectors. */
    COSINE(0, "cosine", Similarity.DOT, false, false, true),
    /** Inner product of W(q−μ) and W(x−μ), plus ⟨μ,x⟩: exact but for what the projection drops. */
    CORRECTED_IP(1, "ip+correction", Similarity.DOT, true, true, false),
    /** Euclidean distance of W(q−μ) and W(x−μ). */
    CENTRED_L2(2, "l2", Similarity.L2, false, true, false),
    /** The same minus the squared length of x−μ that the projection drops. */
    CORRECTED_L2(3, "l2+correction", Similarity.L2, true, true, false),
    /** Inner product of Wq and Wx. */
    IP(4, "ip", Similarity.DOT, false, false, false),
    /** Cosine of W(q−μ) and W(x−μ). */
    CENTRED_COSINE(5, "centred cosine", Similarity.DOT, false, true, true);

    private final int code;
    private final String id;
    private final Similarity similarity;
    private final boolean biased;
    private final boolean centred;
    private final boolean unit;

    ReducedScore(int code, String id, Similarity similarity, boolean biased, boolean centred, boolean unit) {
        this.code = code;
        this.id = id;
        this.similarity = similarity;
        this.biased = biased;
        this.centred = centred;
        this.unit = unit;
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
        throw new IllegalArgumentException("reduced score: expected 0 to " + (values().length - 1) + ", got " + code);
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

    /** Whether W is applied to differences from the mean. */
    boolean centred() {
        return centred;
    }

    /** Whether images are scaled to unit length. */
    boolean unit() {
        return unit;
    }

    /** The scores worth measuring for vectors compared by {@code original} after an orthonormal projection. */
    static List<ReducedScore> ofProjection(Similarity original) {
        return original == Similarity.DOT
                ? List.of(COSINE, CORRECTED_IP, CENTRED_L2)
                : List.of(CENTRED_L2, CORRECTED_L2);
    }

    /** The same after any other linear map. */
    static List<ReducedScore> ofMap(Similarity original) {
        return original == Similarity.DOT ? List.of(COSINE, IP, CENTRED_L2) : List.of(CENTRED_L2);
    }

    /** The score that maps of these rows are trained for: of those without centring, the one that suits their lengths. */
    static ReducedScore ofTraining(Similarity original, Rows rows) {
        if (original == Similarity.L2) {
            return CENTRED_L2;
        }
        return Dispersion.ofNorms(rows) < 0.05 ? COSINE : IP;
    }

    /** The same after a map of which nothing is known. */
    static List<ReducedScore> ofAnyMap(Similarity original) {
        return original == Similarity.DOT ? List.of(COSINE, CENTRED_COSINE, IP, CENTRED_L2) : List.of(CENTRED_L2);
    }

    /** The same after a map that makes sense for centred data only. */
    static List<ReducedScore> ofCentredMap(Similarity original) {
        return original == Similarity.DOT ? List.of(CENTRED_COSINE, CENTRED_L2) : List.of(CENTRED_L2);
    }
}
