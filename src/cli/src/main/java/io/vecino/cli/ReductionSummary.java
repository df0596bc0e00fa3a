package io.vecino.cli;

import io.vecino.model.ReductionInfo;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A stored reduction for people and programs. */
final class ReductionSummary {
    private static final double[] SHARES = {0.5, 0.8, 0.9, 0.95, 0.99};

    private ReductionSummary() {}

    static void print(ReductionInfo info, boolean asJson, PrintStream out) {
        if (asJson) {
            out.println(new JsonMapper()
                    .writeValueAsString(Map.of(
                            "metric", info.metric().toString(),
                            "input_dimension", info.inputDimension(),
                            "output_dimension", info.outputDimension(),
                            "compared_by", info.comparedBy().toString(),
                            "score", info.score(),
                            "trained", info.trained(),
                            "spectrum", info.spectrum())));
            return;
        }
        out.printf(
                Locale.ROOT,
                "%d -> %d dimensions for %s, to be compared by %s (%s)%n",
                info.inputDimension(),
                info.outputDimension(),
                info.metric(),
                info.comparedBy(),
                info.score());
        out.println("trained: " + info.trained());
        if (!info.spectrum().isEmpty()) {
            out.println("variance of the training sample: " + spectrum(info.spectrum()));
        }
    }

    /** How many principal components hold which share of the variance. */
    private static String spectrum(List<Float> variances) {
        double total = variances.stream().mapToDouble(value -> value).sum();
        StringBuilder text = new StringBuilder();
        double sum = 0;
        int next = 0;
        for (int i = 0; i < variances.size() && next < SHARES.length; i++) {
            sum += variances.get(i);
            for (; next < SHARES.length && sum >= SHARES[next] * total; next++) {
                text.append(next == 0 ? "" : ", ")
                        .append(String.format(Locale.ROOT, "%.0f %% in %d", 100 * SHARES[next], i + 1));
            }
        }
        return text.append(" components").toString();
    }
}
