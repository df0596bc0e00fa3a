package io.vecino.measure;

import io.vecino.model.IndexSpec;
import io.vecino.model.TunePoint;
import io.vecino.model.TuneReport;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** A report of tuning as one HTML page that needs nothing beside it. */
public final class TuneHtml {
    private static final String STYLE = """
            body{font:15px/1.5 system-ui,sans-serif;max-width:980px;margin:2em auto;padding:0 1em;color:#222}
            h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em}
            table{border-collapse:collapse;width:100%;font-size:.9em}
            th,td{padding:.25em .6em;text-align:right;border-bottom:1px solid #ddd}
            th:nth-child(-n+3),td:nth-child(-n+3){text-align:left}
            tr.front{background:#eef6ee}tr.best{background:#fff3cd;font-weight:600}
            code,pre{background:#f4f4f4;padding:.1em .3em;border-radius:3px}pre{padding:.8em;overflow:auto}
            .best-box{border-left:4px solid #b9770e;padding:.5em 1em;background:#fff9ec}
            .charts{display:flex;flex-wrap:wrap;gap:1em}.charts svg{flex:1 1 440px;border:1px solid #eee}
            """;

    private final TuneReport report;
    private final StringBuilder html = new StringBuilder();

    private TuneHtml(TuneReport report) {
        this.report = report;
    }

    /** The page. */
    public static String of(TuneReport report, String collection) {
        return new TuneHtml(report).page(collection);
    }

    private String page(String collection) {
        html.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Recall versus bytes: ")
                .append(Chart.escaped(collection))
                .append("</title><style>")
                .append(STYLE)
                .append("</style></head><body>\n<h1>Recall versus bytes: ")
                .append(Chart.escaped(collection))
                .append("</h1>\n");
        paragraph(String.format(
                Locale.ROOT,
                "%,d vectors of %d dimensions, compared by %s; %,d queries that no training saw; recall@%d against exact "
                        + "search. %d points measured, %d combinations left out because they cannot matter, in %.0f s.",
                report.rows(),
                report.dimension(),
                report.metric(),
                report.queries(),
                report.k(),
                report.measured().size(),
                report.left(),
                report.seconds()));
        recommendation(collection);
        heading("Charts");
        html.append("<div class=\"charts\">\n").append(bytes()).append(speed()).append("</div>\n");
        paragraph(
                "Rest the mouse on a point to see what it is. The front is of recall and bytes: no point has more of the "
                        + "one without more of the other.");
        table();
        heading("What does not carry over");
        report.warnings().forEach(this::paragraph);
        return html.append("</body></html>\n").toString();
    }

    private void heading(String text) {
        html.append("<h2>").append(Chart.escaped(text)).append("</h2>\n");
    }

    private void paragraph(String text) {
        html.append("<p>").append(Chart.escaped(text)).append("</p>\n");
    }

    private void recommendation(String collection) {
        heading("Recommendation");
        Optional<TunePoint> best = report.recommended();
        if (best.isEmpty()) {
            paragraph(report.reason());
            return;
        }
        TunePoint point = best.get();
        html.append("<div class=\"best-box\"><p><code>")
                .append(Chart.escaped(name(point)))
                .append("</code>: ")
                .append(String.format(
                        Locale.ROOT,
                        "recall %.4f [%.4f, %.4f], %.0f bytes per vector, %.0f times fewer than float32%s.",
                        point.recall(),
                        point.recallInterval().low(),
                        point.recallInterval().high(),
                        point.bytesPerVector(),
                        4.0 * report.dimension() / point.bytesPerVector(),
                        point.speed()
                                .map(speed -> String.format(Locale.ROOT, ", %,.0f µs a search", speed.micros()))
                                .orElse("")))
                .append("</p><p>")
                .append(Chart.escaped(report.reason()))
                .append("</p></div>\n");
        paragraph("To apply it while the collection is used, and to go back:");
        html.append("<pre>")
                .append(Chart.escaped(TuneAdvice.apply(point, collection)))
                .append("</pre>\n");
    }

    private static String name(TunePoint point) {
        String effort = point.oversample() > 1 ? ", oversample " + TuneAdvice.number(point.oversample()) : "";
        return point.pipeline() + (point.index() instanceof IndexSpec.Flat ? "" : ", " + point.index()) + effort;
    }

    private double lowest() {
        double least =
                report.measured().stream().mapToDouble(TunePoint::recall).min().orElse(0);
        return Math.max(0, Math.min(0.9, Math.floor(least * 10) / 10));
    }

    private String bytes() {
        Chart chart = new Chart("bytes per vector to the right, recall@" + report.k() + " upwards", lowest(), 110);
        TreeMap<Double, Double> front = new TreeMap<>();
        report.measured().stream()
                .filter(TunePoint::pareto)
                .forEach(point -> front.put(point.bytesPerVector(), point.recall()));
        chart.line("front", front);
        scatter(chart, report.measured(), TunePoint::bytesPerVector);
        return chart.svg();
    }

    private String speed() {
        Chart chart = new Chart(
                "searches per second, one thread, to the right, recall@" + report.k() + " upwards", lowest(), 110);
        List<TunePoint> timed = report.measured().stream()
                .filter(point -> point.speed().isPresent())
                .toList();
        scatter(chart, timed, point -> point.speed().map(TunePoint.Speed::qps).orElse(1.0));
        return chart.svg();
    }

    private void scatter(Chart chart, List<TunePoint> points, ToDoubleFunction<TunePoint> x) {
        for (float oversample :
                points.stream().map(TunePoint::oversample).sorted().distinct().toList()) {
            Chart.Points series =
                    chart.points(oversample > 1 ? "rescored ×" + TuneAdvice.number(oversample) : "codes alone", false);
            points.stream()
                    .filter(point -> point.oversample() == oversample)
                    .forEach(point -> series.add(
                            x.applyAsDouble(point),
                            point.recall(),
                            String.format(
                                    Locale.ROOT,
                                    "%s: recall %.4f, %.0f bytes",
                                    name(point),
                                    point.recall(),
                                    point.bytesPerVector())));
        }
        report.recommended()
                .filter(points::contains)
                .ifPresent(point ->
                        chart.points("recommended", true).add(x.applyAsDouble(point), point.recall(), name(point)));
    }

    private void table() {
        heading("Points");
        html.append("<table><tr><th>pipeline</th><th>index</th><th>oversample</th><th>bytes</th><th>recall@")
                .append(report.k())
                .append("</th><th>95 %</th><th>median, µs</th><th>99 %, µs</th><th>searches/s</th></tr>\n");
        for (TunePoint point : report.measured()) {
            boolean best = report.recommended().filter(point::equals).isPresent();
            html.append(best ? "<tr class=\"best\">" : point.pareto() ? "<tr class=\"front\">" : "<tr>");
            cell(point.pipeline().toString());
            cell(point.index().toString());
            cell(TuneAdvice.number(point.oversample()));
            cell(String.format(Locale.ROOT, "%.0f", point.bytesPerVector()));
            cell(String.format(Locale.ROOT, "%.4f", point.recall()));
            cell(String.format(
                    Locale.ROOT,
                    "%.4f–%.4f",
                    point.recallInterval().low(),
                    point.recallInterval().high()));
            cell(point.speed().map(speed -> whole(speed.micros())).orElse(""));
            cell(point.speed().map(speed -> whole(speed.slowMicros())).orElse(""));
            cell(point.speed().map(speed -> whole(speed.qps())).orElse(""));
            html.append("</tr>\n");
        }
        html.append("</table>\n");
        paragraph(
                "Green rows are on the front, the yellow one is recommended. Searches are one after the other on one thread.");
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private void cell(String text) {
        html.append("<td>").append(Chart.escaped(text)).append("</td>");
    }
}
