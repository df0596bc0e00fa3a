package io.vecino.bench.peers;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Standings as a table of speeds at equal recall, and as a page. */
record PeersReport(List<Standing> standings, int k) {
    private static final double[] LEVELS = {0.95, 0.98, 0.995};

    private Map<String, List<Standing>> byContender() {
        Map<String, List<Standing>> groups = new LinkedHashMap<>();
        standings.forEach(standing -> groups.computeIfAbsent(standing.contender(), _ -> new ArrayList<>())
                .add(standing));
        return groups;
    }

    /** Queries per second where a contender reaches a recall, between the efforts beside on a logarithmic scale. */
    static OptionalDouble qps(List<Standing> of, double recall) {
        List<Standing> sorted =
                of.stream().sorted(Comparator.comparingInt(Standing::effort)).toList();
        Standing below = null;
        for (Standing standing : sorted) {
            if (standing.recall() >= recall) {
                if (below == null) {
                    return OptionalDouble.of(standing.qps());
                }
                double share = (recall - below.recall()) / (standing.recall() - below.recall());
                return OptionalDouble.of(
                        Math.exp(Math.log(below.qps()) * (1 - share) + Math.log(standing.qps()) * share));
            }
            below = standing;
        }
        return OptionalDouble.empty();
    }

    String table() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%-22s %12s %12s %12s %9s %9s%n",
                "recall@" + k + ", q/s at",
                LEVELS[0],
                LEVELS[1],
                LEVELS[2],
                "bytes",
                "build s"));
        byContender().forEach((name, of) -> {
            text.append(String.format(Locale.ROOT, "%-22s", name));
            for (double level : LEVELS) {
                OptionalDouble qps = qps(of, level);
                text.append(
                        qps.isPresent()
                                ? String.format(Locale.ROOT, " %,12.0f", qps.getAsDouble())
                                : String.format(Locale.ROOT, " %12s", "-"));
            }
            text.append(String.format(
                    Locale.ROOT,
                    " %9.0f %9.1f%n",
                    of.getFirst().bytes(),
                    of.getFirst().buildSeconds()));
        });
        return text.toString();
    }

    String html() {
        return new PeersPage(byContender(), k).html(table());
    }
}
