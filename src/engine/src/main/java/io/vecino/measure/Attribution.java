package io.vecino.measure;

import io.vecino.collection.Found;
import io.vecino.model.Interval;
import io.vecino.model.Metric;
import io.vecino.model.MissedNeighbours;
import io.vecino.model.PointId;
import io.vecino.model.ProgressListener;
import io.vecino.model.RankingQuality;
import io.vecino.model.RecallStage;
import io.vecino.model.RecallStage.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What each step of a search costs. Every step is measured against the same exact neighbours, so that losses add up; only
 * the step under a filter has a truth of its own.
 */
final class Attribution {
    private static final double POINTS = 100;

    private final Subject subject;
    private final int k;
    private final Map<Integer, Set<PointId>> relevant;
    private final Map<Step, List<List<Found>>> found = new EnumMap<>(Step.class);
    private final Map<Step, double[]> taus = new EnumMap<>(Step.class);

    private Attribution(Subject subject, int k, Map<Integer, Set<PointId>> relevant) {
        this.subject = subject;
        this.k = k;
        this.relevant = relevant;
    }

    /**
     * Runs every step for every query.
     *
     * @param relevant known answers by query
     * @param threads that search at a time
     */
    static Attribution of(
            Subject subject, int k, Map<Integer, Set<PointId>> relevant, int threads, ProgressListener listener) {
        Attribution attribution = new Attribution(subject, k, relevant);
        AtomicInteger done = new AtomicInteger();
        int total = subject.steps().size() * subject.queries();
        for (Step step : subject.steps()) {
            List<List<Found>> results = new ArrayList<>(Collections.nCopies(subject.queries(), List.of()));
            double[] tau = new double[subject.queries()];
            boolean ordered = step == Step.REDUCTION || step == Step.QUANTIZER;
            Workers.run(threads, subject.queries(), query -> {
                results.set(query, subject.found(step, query, k));
                if (ordered) {
                    tau[query] = attribution.tau(step, query);
                }
                synchronized (done) {
                    listener.at("measure", (double) done.incrementAndGet() / total);
                }
            });
            attribution.found.put(step, results);
            if (ordered) {
                attribution.taus.put(step, tau);
            }
        }
        return attribution;
    }

    private double tau(Step step, int query) {
        List<Found> truth = subject.exact(query);
        List<Found> nearest = truth.subList(0, Math.min(Subject.Depth.DEEP, truth.size()));
        return Kendall.tau(nearest, subject.found(step, query, nearest.size()));
    }

    /** Recall of each query after a step, or before the first. */
    private double[] recalls(Step step) {
        List<List<Found>> results = Objects.requireNonNull(found.get(step));
        return IntStream.range(0, subject.queries())
                .mapToDouble(query -> Ties.recall(truth(step, query), results.get(query), k))
                .toArray();
    }

    private List<Found> truth(Step step, int query) {
        return step == Step.FILTER ? subject.exactFiltered(query) : subject.exact(query);
    }

    /** The steps in order. */
    List<RecallStage> stages() {
        List<RecallStage> stages = new ArrayList<>();
        double[] before = new double[subject.queries()];
        Arrays.fill(before, 1);
        for (Step step : subject.steps()) {
            double[] after = recalls(step);
            double[] lost = new double[after.length];
            for (int i = 0; i < lost.length; i++) {
                lost[i] = before[i] - after[i];
            }
            double[] tau = taus.get(step);
            Interval loss = Confidence.ofMean(lost);
            stages.add(new RecallStage(
                    step,
                    mean(after),
                    within(Confidence.ofMean(after)),
                    POINTS * mean(lost),
                    new Interval(POINTS * loss.low(), POINTS * loss.high()),
                    tau == null ? Optional.empty() : Optional.of(mean(tau)),
                    ranking(step)));
            before = after;
        }
        return stages;
    }

    private Optional<RankingQuality> ranking(Step step) {
        List<List<Found>> results = Objects.requireNonNull(found.get(step));
        return Ranking.of(relevant, results::get, k);
    }

    private static Interval within(Interval interval) {
        return new Interval(Math.max(0, interval.low()), Math.min(1, interval.high()));
    }

    static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(0);
    }

    /** What exact search achieves with the known answers. */
    Optional<RankingQuality> exactRanking() {
        return Ranking.of(relevant, subject::exact, k);
    }

    /** The queries with the least recall in the end; none that found all. */
    List<MissedNeighbours> worst(int count, Metric metric) {
        double[] recalls = recalls(subject.steps().getLast());
        return IntStream.range(0, recalls.length)
                .boxed()
                .filter(query -> recalls[query] < 1)
                .sorted(Comparator.comparingDouble((Integer query) -> recalls[query]))
                .limit(count)
                .map(query -> missed(query, recalls[query], metric))
                .toList();
    }

    private MissedNeighbours missed(int query, double recall, Metric metric) {
        Step last = subject.steps().getLast();
        List<Found> truth = truth(last, query);
        List<MissedNeighbours.Missed> missed = new ArrayList<>();
        for (int rank = 1; rank <= Math.min(k, truth.size()); rank++) {
            Found neighbour = truth.get(rank - 1);
            if (!ids(last, query).contains(neighbour.id())) {
                missed.add(new MissedNeighbours.Missed(
                        neighbour.id(), rank, metric.toUser(neighbour.score()), lostAt(query, neighbour.id())));
            }
        }
        return new MissedNeighbours(query, subject.self(query), recall, missed);
    }

    /** The step that follows the last one which still had it. */
    private Step lostAt(int query, PointId id) {
        Step lost = subject.steps().getLast();
        for (Step step : subject.steps().reversed()) {
            if (ids(step, query).contains(id)) {
                return lost;
            }
            lost = step;
        }
        return lost;
    }

    private Set<PointId> ids(Step step, int query) {
        return Objects.requireNonNull(found.get(step)).get(query).stream()
                .map(Found::id)
                .collect(Collectors.toSet());
    }
}
