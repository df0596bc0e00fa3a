package io.vecino.model;

/** How two vectors are compared. Inside the engine every score is "greater is closer"; {@link #toUser} converts. */
public enum Metric {
    /** Inner product; greater is closer. */
    IP("ip"),
    /** Euclidean distance; smaller is closer. Internally the negated squared distance. */
    L2("l2"),
    /** Cosine of the angle; greater is closer. Vectors are normalised on entry for scoring and returned as they came. */
    COSINE("cosine");

    private final String id;

    Metric(String id) {
        this.id = id;
    }

    /** The name used in configurations: {@code ip}, {@code l2}, {@code cosine}. */
    public String id() {
        return id;
    }

    /**
     * Reads a metric's name.
     *
     * @throws EngineException.InvalidArgument for an unknown name
     */
    public static Metric parse(String text) {
        for (Metric metric : values()) {
            if (metric.id.equals(text)) {
                return metric;
            }
        }
        throw new EngineException.InvalidArgument("metric", "one of ip, l2, cosine", text);
    }

    /** Converts an internal score (greater is closer) to what the user sees: a Euclidean distance for {@link #L2}. */
    public float toUser(float score) {
        return this == L2 ? (float) Math.sqrt(Math.max(0, -score)) : score;
    }

    @Override
    public String toString() {
        return id;
    }
}
