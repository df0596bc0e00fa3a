package io.vecino.cli;

import java.io.PrintStream;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** A report of tuning for people. */
final class TuneTable {
    private final JsonNode report;
    private final PrintStream out;

    private TuneTable(JsonNode report, PrintStream out) {
        this.report = report;
        this.out = out;
    }

    /**
     * Prints it.
     *
     * @param report as the server gives it
     * @param all whether points are shown that others beat
     */
    static void print(JsonNode report, boolean all, PrintStream out) {
        TuneTable table = new TuneTable(report, out);
        table.head();
        table.points(all);
        table.recommendation();
    }

    private void line(String text) {
        out.println(text.stripTrailing());
    }

    private void head() {
        line(String.format(
                Locale.ROOT,
                "%,d of %,d vectors of %d dimensions, %,d queries that no training saw, recall@%d; %d points measured, "
                        + "%d combinations left out, %.0f s",
                report.required("rows").asInt(),
                report.required("points").asLong(),
                report.required("dimension").asInt(),
                report.required("queries").asInt(),
                report.required("k").asInt(),
                report.required("measured").size(),
                report.required("left_out").asInt(),
                report.required("seconds").asDouble()));
        line("");
    }

    private void points(boolean all) {
        line(String.format(
                Locale.ROOT,
                "  %-28s %-11s %8s %7s %9s  %-16s %10s %10s",
                "pipeline",
                "index",
                "rescored",
                "bytes",
                "recall@" + report.required("k").asInt(),
                "",
                "median µs",
                "searches/s"));
        for (JsonNode point : report.required("measured")) {
            boolean best = point.equals(report.path("recommended"));
            boolean front = point.required("pareto").asBoolean();
            if (all || best || front) {
                point(point, best ? ">" : all && front ? "*" : " ");
            }
        }
        line("");
        line(
                all
                        ? "> recommended, * on the front of recall and bytes"
                        : "the front of recall and bytes, > recommended");
    }

    private void point(JsonNode point, String mark) {
        double oversample = point.required("oversample").asDouble();
        line(String.format(
                Locale.ROOT,
                "%s %-28s %-11s %8s %7.0f %9.4f  %-16s %10s %10s",
                mark,
                point.required("pipeline").asString(),
                point.required("index").asString(),
                oversample > 1 ? String.format(Locale.ROOT, "x%.0f", oversample) : "no",
                point.required("bytes_per_vector").asDouble(),
                point.required("recall").asDouble(),
                String.format(
                        Locale.ROOT,
                        "[%.4f %.4f]",
                        point.required("recall_interval").get(0).asDouble(),
                        point.required("recall_interval").get(1).asDouble()),
                number(point.path("median_us")),
                number(point.path("qps"))));
    }

    private static String number(JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, "%,.0f", value.asDouble()) : "";
    }

    private void recommendation() {
        line("");
        JsonNode best = report.path("recommended");
        if (!best.isMissingNode()) {
            double oversample = best.required("oversample").asDouble();
            line(String.format(
                    Locale.ROOT,
                    "Recommended: %s, index %s%s",
                    best.required("pipeline").asString(),
                    best.required("index").asString(),
                    oversample > 1
                            ? String.format(Locale.ROOT, ", searched with oversample %.0f", oversample)
                            : ", searched without rescoring (oversample 1)"));
        }
        line(report.required("reason").asString());
        report.required("warnings").forEach(warning -> line("- " + warning.asString()));
    }
}
