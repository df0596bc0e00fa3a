package io.vecino.measure;

import io.vecino.model.Inspection;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What figures of vectors mean for compressing them, in sentences. */
final class InspectionFindings {
    private static final double SAFE = 0.99;

    private InspectionFindings() {}

    static List<String> of(Inspection seen) {
        List<String> findings = new ArrayList<>();
        rank(seen, findings);
        centre(seen, findings);
        norms(seen, findings);
        truncation(seen, findings);
        copies(seen, findings);
        neighbourhoods(seen, findings);
        if (seen.points() > seen.rows()) {
            findings.add(String.format(
                    Locale.ROOT,
                    "Seen on a sample of %,d; among all %,d more points have a near-duplicate.",
                    seen.rows(),
                    seen.points()));
        }
        return findings;
    }

    /** The fewest principal components of which four candidates per result hold .99 of the neighbours. */
    private static Optional<Inspection.Shorter> safe(Inspection seen) {
        return seen.redundancy().stream()
                .filter(shorter -> shorter.rescored() >= SAFE)
                .findFirst();
    }

    private static void rank(Inspection seen, List<String> findings) {
        String rank = String.format(Locale.ROOT, "Effective rank %.0f of %d", seen.effectiveRank(), seen.dimension());
        findings.add(safe(seen)
                .map(shorter -> String.format(
                        Locale.ROOT,
                        "%s: pca:%d keeps %.1f %% of the ten nearest, %.1f %% after rescoring four candidates per result, so it "
                                + "should be safe.",
                        rank,
                        shorter.dims(),
                        100 * shorter.pca(),
                        100 * shorter.rescored()))
                .orElse(rank
                        + ": no reduction to three quarters or less keeps 99 % of the ten nearest after rescoring four "
                        + "candidates per result; shorten codes rather than vectors."));
    }

    private static void centre(Inspection seen, List<String> findings) {
        if (Math.abs(seen.meanCosine()) > 0.1) {
            findings.add(String.format(
                    Locale.ROOT,
                    "Vectors are not centred (mean cosine %.2f): subtract the mean or use pca, which measures how to compare "
                            + "them then.",
                    seen.meanCosine()));
        } else {
            findings.add(String.format(Locale.ROOT, "Vectors are centred (mean cosine %.2f).", seen.meanCosine()));
        }
        if (seen.isoScore() < 0.1) {
            findings.add(String.format(
                    Locale.ROOT,
                    "Few directions hold most of the variance (IsoScore %.2f): short codes gain from a rotation, as rabitq has "
                            + "one.",
                    seen.isoScore()));
        }
    }

    private static void norms(Inspection seen, List<String> findings) {
        double spread = seen.norms().mean() > 0
                ? seen.norms().deviation() / seen.norms().mean()
                : 0;
        if (spread > 0.05) {
            findings.add(String.format(
                    Locale.ROOT,
                    "Lengths differ (%.0f %% of their mean)%s.",
                    100 * spread,
                    seen.metric() == Metric.IP
                            ? ": inner product prefers long vectors; if that is not meant, use cosine"
                            : ""));
        }
    }

    private static void truncation(Inspection seen, List<String> findings) {
        seen.redundancy().stream()
                .filter(shorter -> 2 * shorter.dims() >= seen.dimension())
                .findFirst()
                .ifPresent(half -> {
                    double loss = half.pca() - half.first();
                    findings.add(String.format(
                            Locale.ROOT,
                            loss > 0.03
                                    ? "The first %d dimensions keep %.1f %% of the ten nearest, as many principal components "
                                            + "%.1f %%: do not truncate."
                                    : "The first %d dimensions keep %.1f %% of the ten nearest, as many principal components "
                                            + "%.1f %%: truncating is about as good, as after Matryoshka training.",
                            half.dims(),
                            100 * half.first(),
                            100 * half.pca()));
                });
    }

    private static void copies(Inspection seen, List<String> findings) {
        if (seen.duplicates() > 0.001) {
            findings.add(
                    String.format(Locale.ROOT, "%.1f %% of the vectors equal another one.", 100 * seen.duplicates()));
        }
        if (seen.nearDuplicates() > 0.01) {
            findings.add(String.format(
                    Locale.ROOT,
                    "%.0f %% near-duplicates: their neighbours differ by little, and short codes confuse them.",
                    100 * seen.nearDuplicates()));
        }
    }

    private static void neighbourhoods(Inspection seen, List<String> findings) {
        findings.add(String.format(
                Locale.ROOT,
                "Around a point vectors spread in about %.0f dimensions (%.0f by TwoNN).",
                seen.localDimension(),
                seen.twoNn()));
        if (seen.hubness() > 2) {
            findings.add(String.format(
                    Locale.ROOT,
                    "A few points are near to many (skewness %.1f), and %.0f %% near to none: graphs need more effort to reach "
                            + "these.",
                    seen.hubness(),
                    100 * seen.neverNear()));
        }
        if (seen.separability() > 0.6) {
            findings.add("Vectors fall into well separated groups: inverted lists suit them.");
        }
    }

    static List<Pipeline> worthTrying(Inspection seen) {
        List<Pipeline> pipelines = new ArrayList<>(List.of(Pipeline.parse("none/int8")));
        int d = seen.dimension();
        safe(seen).ifPresent(shorter -> pipelines.add(Pipeline.parse("pca:" + shorter.dims() + "/int8")));
        if (d >= 64) {
            pipelines.add(Pipeline.parse("none/rabitq:4"));
            pipelines.add(Pipeline.parse("distill:" + d * 5 / 64 * 8 + "/rabitq:3"));
            pipelines.add(Pipeline.parse("distill:" + d * 7 / 128 * 8 + "/rabitq:2"));
            pipelines.add(Pipeline.parse("none/rabitq:1"));
        }
        return pipelines;
    }
}
