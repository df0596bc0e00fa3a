package io.vecino.selection;

/** The k best (score, ordinal) pairs offered so far; of equal scores the smaller ordinal is better. For one thread. */
public final class TopK {
    private final int k;
    private final float[] scores;
    private final int[] ordinals;
    private int size;

    /** @param k at least 1 */
    public TopK(int k) {
        if (k < 1) {
            throw new IllegalArgumentException("k: expected at least 1, got " + k);
        }
        this.k = k;
        this.scores = new float[k];
        this.ordinals = new int[k];
    }

    /** How many are kept now. */
    public int size() {
        return size;
    }

    /** The score that a new pair must not fall below; negative infinity until k are kept. */
    public float threshold() {
        return size < k ? Float.NEGATIVE_INFINITY : scores[0];
    }

    /** Keeps the pair if it is among the k best; NaN never is. */
    public void offer(float score, int ordinal) {
        if (size < k) {
            if (!Float.isNaN(score)) {
                siftUp(size++, score, ordinal);
            }
        } else if (worse(scores[0], ordinals[0], score, ordinal)) {
            siftDown(0, score, ordinal);
        }
    }

    /** Empties it into two arrays, best first. */
    public Hits drain() {
        float[] sortedScores = new float[size];
        int[] sortedOrdinals = new int[size];
        while (size > 0) {
            float score = scores[0];
            int ordinal = ordinals[0];
            size--;
            if (size > 0) {
                siftDown(0, scores[size], ordinals[size]);
            }
            sortedScores[size] = score;
            sortedOrdinals[size] = ordinal;
        }
        return new Hits(sortedScores, sortedOrdinals);
    }

    /** @param scores of the ordinals at the same positions, best first */
    @SuppressWarnings("ArrayRecordComponent") // handed over by drain, owned by the caller
    public record Hits(float[] scores, int[] ordinals) {}

    private static boolean worse(float score, int ordinal, float otherScore, int otherOrdinal) {
        return score < otherScore || (score == otherScore && ordinal > otherOrdinal);
    }

    private void siftUp(int from, float score, int ordinal) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!worse(score, ordinal, scores[parent], ordinals[parent])) {
                break;
            }
            scores[at] = scores[parent];
            ordinals[at] = ordinals[parent];
            at = parent;
        }
        scores[at] = score;
        ordinals[at] = ordinal;
    }

    private void siftDown(int from, float score, int ordinal) {
        int at = from;
        for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && worse(scores[child + 1], ordinals[child + 1], scores[child], ordinals[child])) {
                child++;
            }
            if (!worse(scores[child], ordinals[child], score, ordinal)) {
                break;
            }
            scores[at] = scores[child];
            ordinals[at] = ordinals[child];
            at = child;
        }
        scores[at] = score;
        ordinals[at] = ordinal;
    }
}
