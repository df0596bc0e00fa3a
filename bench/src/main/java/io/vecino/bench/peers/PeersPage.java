package io.vecino.bench.peers;

import io.vecino.measure.Chart;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Standings as a page that stands alone: recall by speed and by size. */
record PeersPage(Map<String, List<Standing>> contenders, int k) {
    private static final double LOWEST = 0.8;
    private static final int LABELS = 170;

    String html(String table) {
        Chart speed = new Chart("queries per second; recall@" + k + " upwards", LOWEST, LABELS);
        Chart size = new Chart("bytes per vector; best recall@" + k + " upwards", LOWEST, LABELS);
        contenders.forEach((name, standings) -> {
            Map<Double, Double> points = new TreeMap<>();
            standings.forEach(standing -> points.put(standing.qps(), standing.recall()));
            speed.line(name, points);
            double best = standings.stream().mapToDouble(Standing::recall).max().orElse(0);
            size.points(name, true).add(standings.getFirst().bytes(), best, name);
        });
        return """
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8">
                <title>Vecino beside its peers</title>
                <style>body { font-family: sans-serif; max-width: 60em; margin: 2em auto } svg { width: 100% }</style>
                <h1>Vecino beside its peers</h1>
                <pre>TABLE</pre>
                SPEED
                SIZE
                </html>
                """.replace("TABLE", table).replace("SPEED", speed.svg()).replace("SIZE", size.svg());
    }
}
