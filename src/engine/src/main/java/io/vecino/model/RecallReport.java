package io.vecino.model;

import java.util.List;
import java.util.Optional;

/**
 * Recall of a search, step by step. Losses add up: 1 − recall is the sum of what the steps lose.
 *
 * @param pipeline and {@code index} that were measured
 * @param points searched
 * @param bytesPerVector of a compressed point
 * @param queries how many were asked
 * @param k neighbours compared
 * @param params effort of the search
 * @param recall of the search as it is
 * @param recallInterval of it
 * @param exactRanking what exact search achieves with known answers, if any were given
 * @param worst the queries with the least recall, worst first
 * @param findings what to make of it, in sentences
 * @param seconds it took
 */
public record RecallReport(
        Pipeline pipeline,
        IndexSpec index,
        long points,
        double bytesPerVector,
        int queries,
        int k,
        SearchParams params,
        double recall,
        Interval recallInterval,
        List<RecallStage> stages,
        Optional<RankingQuality> exactRanking,
        List<MissedNeighbours> worst,
        List<String> findings,
        double seconds) {
    public RecallReport {
        stages = List.copyOf(stages);
        worst = List.copyOf(worst);
        findings = List.copyOf(findings);
    }
}
