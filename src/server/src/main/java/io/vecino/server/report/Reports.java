package io.vecino.server.report;

import io.vecino.model.Alignment;
import io.vecino.model.Inspection;
import io.vecino.model.Interval;
import io.vecino.model.MissedNeighbours;
import io.vecino.model.RankingQuality;
import io.vecino.model.RecallReport;
import io.vecino.model.RecallSample;
import io.vecino.model.RecallStage;
import io.vecino.model.SearchParams;
import io.vecino.model.TunePoint;
import io.vecino.model.TuneReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reports as objects to be written by {@link Json}. */
public final class Reports {
    private Reports() {}

    /** Recall with what each step costs. */
    public static Map<String, Object> of(RecallReport report) {
        return Json.object(
                "pipeline", report.pipeline().toString(),
                "index", report.index().toString(),
                "points", report.points(),
                "bytes_per_vector", report.bytesPerVector(),
                "queries", report.queries(),
                "k", report.k(),
                "params", of(report.params()),
                "recall", report.recall(),
                "recall_interval", of(report.recallInterval()),
                "stages", report.stages().stream().map(Reports::of).toList(),
                "exact_ranking", report.exactRanking().map(Reports::of),
                "worst", report.worst().stream().map(Reports::of).toList(),
                "findings", report.findings(),
                "seconds", report.seconds());
    }

    /** What vectors are like. */
    public static Map<String, Object> of(Inspection seen) {
        return Json.object(
                "metric", seen.metric().id(),
                "dimension", seen.dimension(),
                "points", seen.points(),
                "rows", seen.rows(),
                "norms",
                        Json.object(
                                "mean", seen.norms().mean(),
                                "deviation", seen.norms().deviation(),
                                "least", seen.norms().least(),
                                "median", seen.norms().median(),
                                "most", seen.norms().most()),
                "effective_rank", seen.effectiveRank(),
                "mean_cosine", seen.meanCosine(),
                "isoscore", seen.isoScore(),
                "intrinsic_dimension_twonn", seen.twoNn(),
                "local_intrinsic_dimension", seen.localDimension(),
                "hubness_skewness", seen.hubness(),
                "never_near", seen.neverNear(),
                "duplicates", seen.duplicates(),
                "near_duplicates", seen.nearDuplicates(),
                "separability", seen.separability(),
                "redundancy",
                        seen.redundancy().stream()
                                .map(shorter -> Json.object(
                                        "dims", shorter.dims(),
                                        "first", shorter.first(),
                                        "pca", shorter.pca(),
                                        "pca_rescored", shorter.rescored()))
                                .toList(),
                "findings", seen.findings(),
                "worth_trying",
                        seen.worthTrying().stream().map(Object::toString).toList(),
                "seconds", seen.seconds());
    }

    /** How much two embeddings agree. */
    public static Map<String, Object> of(Alignment alignment) {
        return Json.object(
                "shared", alignment.shared(),
                "cka", alignment.cka(),
                "svcca", alignment.svcca(),
                "neighbours", alignment.neighbours());
    }

    /** One measurement of the watched probes. */
    public static Map<String, Object> of(RecallSample sample) {
        Map<String, Object> lost = new LinkedHashMap<>();
        for (RecallStage.Step step : RecallStage.Step.values()) {
            if (sample.lost().containsKey(step)) {
                lost.put(step.id(), sample.lost().get(step));
            }
        }
        return Json.object(
                "at",
                sample.at().toString(),
                "event",
                sample.event(),
                "points",
                sample.points(),
                "k",
                sample.k(),
                "recall",
                sample.recall(),
                "lost_points",
                lost);
    }

    /** What pipelines would cost. */
    public static Map<String, Object> of(TuneReport report) {
        return Json.object(
                "metric", report.metric().id(),
                "dimension", report.dimension(),
                "points", report.points(),
                "rows", report.rows(),
                "queries", report.queries(),
                "k", report.k(),
                "now",
                        report.now()
                                .map(config -> Json.object(
                                        "pipeline", config.pipeline().toString(),
                                        "index", config.index().toString())),
                "recommended", report.recommended().map(Reports::of),
                "reason", report.reason(),
                "measured", report.measured().stream().map(Reports::of).toList(),
                "left_out", report.left(),
                "warnings", report.warnings(),
                "seconds", report.seconds());
    }

    private static Map<String, Object> of(TunePoint point) {
        return Json.object(
                "pipeline", point.pipeline().toString(),
                "index", point.index().toString(),
                "oversample", point.oversample(),
                "bytes_per_vector", point.bytesPerVector(),
                "recall", point.recall(),
                "recall_interval", of(point.recallInterval()),
                "pareto", point.pareto(),
                "median_us", point.speed().map(TunePoint.Speed::micros),
                "p99_us", point.speed().map(TunePoint.Speed::slowMicros),
                "qps", point.speed().map(TunePoint.Speed::qps));
    }

    private static Map<String, Object> of(SearchParams params) {
        return Json.object(
                "efSearch", params.efSearch().isPresent() ? params.efSearch().getAsInt() : null,
                "nprobe", params.nprobe().isPresent() ? params.nprobe().getAsInt() : null,
                "oversample", params.oversample());
    }

    private static List<Double> of(Interval interval) {
        return List.of(interval.low(), interval.high());
    }

    private static Map<String, Object> of(RecallStage stage) {
        return Json.object(
                "step", stage.step().id(),
                "recall", stage.recall(),
                "recall_interval", of(stage.recallInterval()),
                "lost_points", stage.lost(),
                "lost_points_interval", of(stage.lostInterval()),
                "kendall_tau", stage.kendall(),
                "ranking", stage.ranking().map(Reports::of));
    }

    private static Map<String, Object> of(RankingQuality ranking) {
        return Json.object(
                "queries", ranking.queries(),
                "hit", ranking.hit(),
                "mrr", ranking.reciprocalRank(),
                "ndcg", ranking.ndcg());
    }

    private static Map<String, Object> of(MissedNeighbours worst) {
        return Json.object(
                "query",
                worst.query(),
                "near",
                worst.near(),
                "recall",
                worst.recall(),
                "missed",
                worst.missed().stream()
                        .map(missed -> Json.object(
                                "id", missed.id(),
                                "rank", missed.rank(),
                                "score", missed.score(),
                                "lost_at", missed.lostAt().id()))
                        .toList());
    }
}
