package io.vecino.transform;

import io.vecino.model.ProgressListener;
import io.vecino.model.TrainingBudget;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.StringJoiner;

/**
 * Separate matrices for queries and points, trained on a sample of queries as in LeanVec-OOD (arXiv 2312.16335). Candidates
 * are the pair with least Σ(⟨q,x⟩ − ⟨Aq,Bx⟩)², the map of {@link DistillTrainer}, and that map trained on with queries as
 * anchors, first one matrix for both and then two. The best on queries held out of the sample is kept; the origin says
 * which. Without queries it is distillation, and says so.
 */
public final class QueryAwareTrainer implements TransformTrainer {
    private static final long SEED = 0x1EA7;
    private static final int FEWEST_QUERIES = 100;
    private static final int HELD_OUT_SHARE = 5;
    private static final double DISTILL_SHARE = 0.6;

    private final int dims;
    private final TrainingBudget budget;
    private final Optional<Rows> queries;
    private final ProgressListener listener;

    /**
     * Plans a training.
     *
     * @param budget of both descents together
     * @param queries a sample, as they are compared
     */
    public QueryAwareTrainer(int dims, TrainingBudget budget, Optional<Rows> queries, ProgressListener listener) {
        this.dims = dims;
        this.budget = budget;
        this.queries = queries;
        this.listener = listener;
    }

    @Override
    public Transform train(Rows sample, Similarity similarity) {
        int given = queries.map(Rows::count).orElse(0);
        if (given < FEWEST_QUERIES) {
            LinearTransform distilled = new DistillTrainer(dims, List.of(), budget, listener).train(sample, similarity);
            return distilled.with(
                    "no " + (given == 0 ? "sample of queries" : FEWEST_QUERIES + " queries, only " + given) + ": "
                            + distilled.origin());
        }
        LinearTransform distilled =
                new DistillTrainer(dims, List.of(), budget.share(DISTILL_SHARE), listener).train(sample, similarity);
        try (Crew crew = new Crew();
                Matrices matrices = new Matrices()) {
            Rows fitted = TrainingRows.of(sample, "leanvec", dims, matrices).fitted();
            if (fitted.count() < ListwiseGradient.BLOCK) {
                return distilled.with(
                        "leanvec needs more than " + ListwiseGradient.BLOCK + " rows: " + distilled.origin());
            }
            Rows asked = shuffled(queries.orElseThrow(), matrices);
            int held = asked.count() / HELD_OUT_SHARE;
            Rows learned = asked.slice(held, asked.count() - held);
            Map<String, Transform> candidates = new LinkedHashMap<>();
            candidates.put("distill", distilled);
            if (similarity == Similarity.DOT) {
                candidates.put("least squares", LeastSquaresPair.of(fitted, learned, dims, crew, matrices));
            }
            QueryDescent descent = new QueryDescent(fitted, learned, similarity, distilled, crew, matrices, listener);
            LinearTransform shared = descent.shared(clock());
            candidates.put("queries in the loss", shared);
            candidates.put("two matrices", descent.separate(shared, clock()));
            return best(
                    candidates,
                    new HeldOut(asked.slice(0, held), fitted, similarity),
                    "leanvec of %d rows and %d queries".formatted(fitted.count(), learned.count()));
        }
    }

    private TrainingClock clock() {
        return new TrainingClock(budget.share((1 - DISTILL_SHARE) / 2), System.nanoTime());
    }

    private static Transform best(Map<String, Transform> candidates, HeldOut heldOut, String training) {
        Transform best = candidates.values().iterator().next();
        double bestRecall = -1;
        StringJoiner recalls = new StringJoiner(", ", training + ", recall of held-out queries: ", "");
        for (Map.Entry<String, Transform> candidate : candidates.entrySet()) {
            double recall = heldOut.recall(candidate.getValue());
            recalls.add(String.format(Locale.ROOT, "%s %.3f", candidate.getKey(), recall));
            if (recall > bestRecall) {
                best = candidate.getValue();
                bestRecall = recall;
            }
        }
        return switch (best) {
            case LinearTransform map -> map.with(recalls.toString());
            case PairedTransform pair -> pair.with(recalls.toString());
            default -> throw new IllegalStateException("a candidate of another kind: " + best.origin());
        };
    }

    private static Rows shuffled(Rows queries, Matrices matrices) {
        int d = queries.dimension();
        Rows copy = new Rows(matrices.floats((long) queries.count() * d), queries.count(), d);
        SplittableRandom random = new SplittableRandom(SEED);
        int[] order = new int[queries.count()];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        for (int i = 0; i < order.length; i++) {
            copy.row(i).copyFrom(queries.row(order[i]));
        }
        return copy;
    }
}
