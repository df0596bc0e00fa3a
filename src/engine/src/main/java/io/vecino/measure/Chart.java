package io.vecino.measure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Points and lines over a logarithmic axis, as SVG that stands alone. */
public final class Chart {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 400;
    private static final int LEFT = 50;
    private static final int TOP = 20;
    private static final int BOTTOM = 40;
    private static final int LABEL_GAP = 13;
    private static final int MOST_TICKS = 12;
    private static final String[] COLOURS = {
        "#1b6ca8", "#c0392b", "#1e8449", "#b9770e", "#6c3483", "#117a65", "#616a6b", "#a04000", "#7b241c", "#2e4053"
    };

    private final String axis;
    private final double lowest;
    private final int right;
    private final List<Series> series = new ArrayList<>();

    /**
     * An empty chart of shares, upwards to 1.
     *
     * @param axis what is measured to the right, and upwards
     * @param lowest share shown; lower ones are drawn there
     * @param right room for labels
     */
    public Chart(String axis, double lowest, int right) {
        this.axis = axis;
        this.lowest = lowest;
        this.right = right;
    }

    /** @param label told where the mouse rests; null for none */
    private record Mark(double x, double y, @Nullable String label) {}

    private record Series(String name, boolean joined, double radius, List<Mark> marks) {}

    /** A named line through points, y by x. */
    public void line(String name, Map<Double, Double> points) {
        List<Mark> marks = new TreeMap<>(points)
                .entrySet().stream()
                        .map(point -> new Mark(point.getKey(), point.getValue(), null))
                        .toList();
        if (!marks.isEmpty()) {
            series.add(new Series(name, true, 3, marks));
        }
    }

    /** A series whose points are added one by one and not joined. */
    public static final class Points {
        private Points() {}

        private final List<Mark> marks = new ArrayList<>();

        /** Adds a point. */
        public Points add(double x, double y, String label) {
            marks.add(new Mark(x, y, label));
            return this;
        }
    }

    /** Named points with labels of their own, larger ones if they matter more. */
    public Points points(String name, boolean large) {
        Points points = new Points();
        series.add(new Series(name, false, large ? 5 : 3, points.marks));
        return points;
    }

    /** The drawing. */
    public String svg() {
        double[] xs = series.stream()
                .flatMap(one -> one.marks.stream())
                .mapToDouble(Mark::x)
                .sorted()
                .distinct()
                .toArray();
        if (xs.length == 0) {
            xs = new double[] {1};
        }
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\">\n",
                WIDTH,
                HEIGHT));
        svg.append(String.format(Locale.ROOT, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", WIDTH, HEIGHT));
        grid(svg);
        ticks(svg, xs);
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                (LEFT + WIDTH - right) / 2,
                HEIGHT - 8,
                escaped(axis)));
        series(svg, xs[0], xs[xs.length - 1]);
        return svg.append("</svg>\n").toString();
    }

    private void grid(StringBuilder svg) {
        double step = 1 - lowest > 0.4 ? 0.1 : 1 - lowest > 0.1 ? 0.05 : 0.01;
        for (int i = 0; 1 - i * step >= lowest - 1e-9; i++) {
            double share = 1 - i * step;
            svg.append(String.format(
                    Locale.ROOT,
                    "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
                    LEFT,
                    y(share),
                    WIDTH - right,
                    LEFT - 6,
                    y(share) + 4,
                    String.format(Locale.ROOT, step < 0.1 ? "%.2f" : "%.1f", share)));
        }
    }

    private void ticks(StringBuilder svg, double[] xs) {
        List<Double> ticks = new ArrayList<>();
        if (xs.length <= MOST_TICKS) {
            for (double x : xs) {
                ticks.add(x);
            }
        } else {
            double decade = Math.pow(10, Math.floor(Math.log10(xs[0])));
            for (; decade <= xs[xs.length - 1]; decade *= 10) {
                for (int factor : new int[] {1, 2, 5}) {
                    double tick = decade * factor;
                    if (tick >= xs[0] && tick <= xs[xs.length - 1]) {
                        ticks.add(tick);
                    }
                }
            }
        }
        double last = Double.NEGATIVE_INFINITY;
        for (double tick : ticks) {
            double at = x(tick, xs[0], xs[xs.length - 1]);
            if (at - last > 22) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                        at,
                        HEIGHT - BOTTOM + 16,
                        String.format(Locale.ROOT, tick == Math.rint(tick) ? "%,.0f" : "%.2f", tick)));
                last = at;
            }
        }
    }

    private void series(StringBuilder svg, double low, double high) {
        int colour = 0;
        TreeMap<Double, String> labels = new TreeMap<>();
        for (Series one : series) {
            String stroke = COLOURS[colour++ % COLOURS.length];
            if (one.marks.isEmpty()) {
                continue;
            }
            if (one.joined) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n",
                        one.marks.stream()
                                .map(mark -> String.format(Locale.ROOT, "%.1f,%.1f", x(mark.x, low, high), y(mark.y)))
                                .collect(Collectors.joining(" ")),
                        stroke));
            }
            for (Mark mark : one.marks) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\"%s\n",
                        x(mark.x, low, high),
                        y(mark.y),
                        one.radius,
                        stroke,
                        mark.label == null ? "/>" : "><title>" + escaped(mark.label) + "</title></circle>"));
            }
            Mark end =
                    one.marks.stream().max(Comparator.comparingDouble(Mark::x)).orElseThrow();
            double y = y(end.y);
            while (labels.containsKey(y)) {
                y += 0.01;
            }
            labels.put(y, String.format(Locale.ROOT, "fill=\"%s\">%s</text>\n", stroke, escaped(one.name)));
        }
        double last = 0;
        for (var label : labels.entrySet()) {
            last = Math.max(label.getKey() + 4, last + LABEL_GAP);
            svg.append(String.format(
                    Locale.ROOT, "<text x=\"%d\" y=\"%.1f\" %s", WIDTH - right + 8, last, label.getValue()));
        }
    }

    private double x(double value, double low, double high) {
        double share = high > low ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low)) : 0.5;
        return LEFT + 10 + share * (WIDTH - LEFT - right - 20);
    }

    private double y(double value) {
        double share = (Math.max(value, lowest) - lowest) / (1 - lowest);
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
    }

    /** Text as it stands in SVG and HTML. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
