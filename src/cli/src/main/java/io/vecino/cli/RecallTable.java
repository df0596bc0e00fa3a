package io.vecino.cli;

import java.io.PrintStream;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** A report of recall for people. */
final class RecallTable {
    private final JsonNode report;
    private final PrintStream out;

    private RecallTable(JsonNode report, PrintStream out) {
        this.report = report;
        this.out = out;
    }

    /** @param report as the server gives it */
    static void print(JsonNode report, PrintStream out) {
        RecallTable table = new RecallTable(report, out);
        table.head();
        table.stages();
        table.worst();
        out.println();
        report.required("findings").forEach(finding -> out.println("- " + finding.asString()));
    }

    private void line(String text) {
        out.println(text.stripTrailing());
    }

    private void head() {
        JsonNode params = report.required("params");
        StringBuilder effort = new StringBuilder();
        params.properties()
                .forEach(entry -> effort.append(", ")
                        .append(entry.getKey())
                        .append(' ')
                        .append(number(entry.getValue().asDouble())));
        line(String.format(
                Locale.ROOT,
                "%s, index %s: %,d points, %.0f bytes each",
                report.required("pipeline").asString(),
                report.required("index").asString(),
                report.required("points").asLong(),
                report.required("bytes_per_vector").asDouble()));
        line(String.format(
                Locale.ROOT,
                "%,d queries, k %d%s; intervals are of 95 %%",
                report.required("queries").asInt(),
                report.required("k").asInt(),
                effort));
        out.println();
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    private void stages() {
        boolean ranked = report.has("exact_ranking");
        line(String.format(
                Locale.ROOT,
                "%-12s %9s  %-16s %8s  %-18s %7s%s",
                "step",
                "recall@" + report.required("k").asInt(),
                "",
                "points",
                "",
                "tau@100",
                ranked ? "      MRR   nDCG" : ""));
        line(String.format(
                Locale.ROOT,
                "%-12s %9s  %-16s %8s  %-18s %7s%s",
                "exact",
                "1.0000",
                "",
                "",
                "",
                "1.000",
                ranking(report.path("exact_ranking"), ranked)));
        double total = 0;
        for (JsonNode stage : report.required("stages")) {
            double lost = stage.required("lost_points").asDouble();
            total += lost;
            line(String.format(
                    Locale.ROOT,
                    "%-12s %9.4f  %-16s %8s  %-18s %7s%s",
                    stage.required("step").asString(),
                    stage.required("recall").asDouble(),
                    interval(stage.required("recall_interval"), 1, "%.4f"),
                    signed(-lost),
                    interval(stage.required("lost_points_interval"), -1, "%+.2f"),
                    stage.has("kendall_tau")
                            ? String.format(
                                    Locale.ROOT,
                                    "%.3f",
                                    stage.required("kendall_tau").asDouble())
                            : "",
                    ranking(stage.path("ranking"), ranked)));
        }
        line(String.format(
                Locale.ROOT,
                "%-12s %9.4f  %-16s %8s",
                "together",
                report.required("recall").asDouble(),
                interval(report.required("recall_interval"), 1, "%.4f"),
                signed(-total)));
    }

    private static String signed(double points) {
        return Math.abs(points) < 0.005 ? "0.00" : String.format(Locale.ROOT, "%+.2f", points);
    }

    private static String interval(JsonNode interval, int sign, String format) {
        double a = sign * interval.get(0).asDouble() + 0.0;
        double b = sign * interval.get(1).asDouble() + 0.0;
        return String.format(
                Locale.ROOT, format.replace("%", "[%") + " " + format + "]", Math.min(a, b), Math.max(a, b));
    }

    private static String ranking(JsonNode ranking, boolean shown) {
        return !shown || ranking.isMissingNode()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "    %.3f  %.3f",
                        ranking.required("mrr").asDouble(),
                        ranking.required("ndcg").asDouble());
    }

    private void worst() {
        JsonNode worst = report.required("worst");
        if (worst.isEmpty()) {
            return;
        }
        out.println();
        line("Queries with the least recall, and the true neighbours that they miss:");
        for (JsonNode query : worst) {
            StringBuilder missed = new StringBuilder();
            for (JsonNode one : query.required("missed")) {
                missed.append(String.format(
                        Locale.ROOT,
                        "%s#%d %s (%s)",
                        missed.isEmpty() ? "" : ", ",
                        one.required("rank").asInt(),
                        one.required("id").asString(),
                        one.required("lost_at").asString()));
            }
            line(String.format(
                    Locale.ROOT,
                    "  %s  recall %.2f  %s",
                    query.has("near")
                            ? "near " + query.required("near").asString()
                            : "query " + query.required("query").asInt(),
                    query.required("recall").asDouble(),
                    missed));
        }
    }
}
