package io.vecino.bench;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Recall by dimensions, a line per method, as SVG. */
final class RecallChart {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 400;
    private static final int LEFT = 50;
    private static final int RIGHT = 130;
    private static final int TOP = 20;
    private static final int BOTTOM = 40;
    private static final double LOWEST = 0.3;
    private static final int LABEL_GAP = 13;
    private static final String[] COLOURS = {
        "#1b6ca8", "#c0392b", "#1e8449", "#b9770e", "#6c3483", "#117a65", "#616a6b", "#a04000", "#7b241c", "#2e4053"
    };

    private final Map<String, TreeMap<Integer, Double>> methods = new TreeMap<>();

    /** A later measurement of the same point replaces an earlier one. */
    void add(String method, int dims, double recall) {
        methods.computeIfAbsent(method, _ -> new TreeMap<>()).put(dims, recall);
    }

    String svg() {
        int[] range = methods.values().stream()
                .flatMap(line -> line.keySet().stream())
                .mapToInt(dims -> dims)
                .sorted()
                .distinct()
                .toArray();
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\">\n",
                WIDTH,
                HEIGHT));
        svg.append(String.format(Locale.ROOT, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", WIDTH, HEIGHT));
        for (int tenth = (int) Math.round(LOWEST * 10); tenth <= 10; tenth++) {
            double y = y(tenth / 10.0);
            svg.append(String.format(
                    Locale.ROOT,
                    "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.1f</text>\n",
                    LEFT,
                    y,
                    WIDTH - RIGHT,
                    LEFT - 6,
                    y + 4,
                    tenth / 10.0));
        }
        for (int dims : range) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>\n",
                    x(dims, range),
                    HEIGHT - BOTTOM + 16,
                    dims));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">dimensions kept; recall@10 upwards</text>\n",
                (LEFT + WIDTH - RIGHT) / 2,
                HEIGHT - 8));
        lines(svg, range);
        return svg.append("</svg>\n").toString();
    }

    private void lines(StringBuilder svg, int[] range) {
        int colour = 0;
        TreeMap<Double, String> labels = new TreeMap<>();
        for (Map.Entry<String, TreeMap<Integer, Double>> line : methods.entrySet()) {
            String stroke = COLOURS[colour++ % COLOURS.length];
            String points = line.getValue().entrySet().stream()
                    .map(point ->
                            String.format(Locale.ROOT, "%.1f,%.1f", x(point.getKey(), range), y(point.getValue())))
                    .collect(Collectors.joining(" "));
            svg.append(String.format(
                    Locale.ROOT,
                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n",
                    points,
                    stroke));
            for (String point : points.split(" ", -1)) {
                String[] at = point.split(",", -1);
                svg.append(String.format(
                        Locale.ROOT, "<circle cx=\"%s\" cy=\"%s\" r=\"3\" fill=\"%s\"/>\n", at[0], at[1], stroke));
            }
            double y = y(line.getValue().lastEntry().getValue());
            while (labels.containsKey(y)) {
                y += 0.01;
            }
            labels.put(y, String.format(Locale.ROOT, "fill=\"%s\">%s</text>\n", stroke, line.getKey()));
        }
        double last = 0;
        for (Map.Entry<Double, String> label : labels.entrySet()) {
            last = Math.max(label.getKey() + 4, last + LABEL_GAP);
            svg.append(String.format(
                    Locale.ROOT, "<text x=\"%d\" y=\"%.1f\" %s", WIDTH - RIGHT + 8, last, label.getValue()));
        }
    }

    private static double x(int dims, int[] range) {
        double low = Math.log(range[0]);
        double high = Math.log(range[range.length - 1]);
        double share = high > low ? (Math.log(dims) - low) / (high - low) : 0.5;
        return LEFT + 10 + share * (WIDTH - LEFT - RIGHT - 20);
    }

    private static double y(double recall) {
        double share = (Math.max(recall, LOWEST) - LOWEST) / (1 - LOWEST);
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
    }
}
