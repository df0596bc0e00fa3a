package io.vecino.server.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Engine;
import io.vecino.model.CollectionConfig;
import io.vecino.model.Metric;
import io.vecino.model.SearchTrace;
import io.vecino.server.work.LongWork;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsTest {
    private static List<String> lines(String metrics, String series) {
        return metrics.lines().filter(line -> line.startsWith(series)).sorted().toList();
    }

    @Test
    void givesALabelToNoMoreCollectionsThanItShould(@TempDir Path directory) {
        try (Engine engine = Engine.open(directory);
                Metrics metrics = new Metrics(engine, new LongWork(engine), 2)) {
            for (String name : List.of("a", "b", "c", "d")) {
                engine.create(name, CollectionConfig.of(2, Metric.L2));
                metrics.searched(name, new SearchTrace(), 1_000);
            }
            String text = metrics.scrape();
            assertEquals(
                    List.of(
                            "vecino_search_seconds_count{collection=\"(others)\",stage=\"total\"} 2",
                            "vecino_search_seconds_count{collection=\"a\",stage=\"total\"} 1",
                            "vecino_search_seconds_count{collection=\"b\",stage=\"total\"} 1"),
                    lines(text, "vecino_search_seconds_count").stream()
                            .filter(line -> line.contains("total"))
                            .toList());
            assertEquals(
                    List.of(
                            "vecino_points{collection=\"(others)\"} 0.0",
                            "vecino_points{collection=\"a\"} 0.0",
                            "vecino_points{collection=\"b\"} 0.0"),
                    lines(text, "vecino_points{"));
            engine.delete("a");
            assertEquals(2, lines(metrics.scrape(), "vecino_points{").size() - 1);
            metrics.searched("d", new SearchTrace(), 1_000);
            assertTrue(metrics.scrape().contains("vecino_search_seconds_count{collection=\"d\""));
        }
    }
}
