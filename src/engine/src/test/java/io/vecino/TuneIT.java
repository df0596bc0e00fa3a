package io.vecino;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.CollectionConfig;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ProgressListener;
import io.vecino.model.RecallReport;
import io.vecino.model.RecallRequest;
import io.vecino.model.SearchParams;
import io.vecino.model.TunePoint;
import io.vecino.model.TuneReport;
import io.vecino.model.TuneRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuneIT {
    private static final int DIMENSION = 32;
    private static final int POINTS = 4_000;
    private static final List<Pipeline> GRID = Stream.of(
                    "none/f16",
                    "none/int8",
                    "none/rabitq:2",
                    "pca:16/int8",
                    "pca:16/rabitq:2",
                    "pca:8/int8",
                    "pca:4/f32")
            .map(Pipeline::parse)
            .toList();

    @TempDir
    private Path directory = Path.of("");

    private final Random random = Vectors.random("TuneIT");
    private final List<float[]> vectors = Vectors.clustered(random, POINTS + 300, DIMENSION);
    private Engine engine;
    private EngineCollection docs;

    @BeforeEach
    void fill() {
        engine = Engine.open(EngineConfig.of(directory.resolve("data")).withSealPoints(100_000));
        docs = engine.create("docs", CollectionConfig.of(DIMENSION, Metric.COSINE));
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < POINTS; i++) {
            points.add(new Point(PointId.of(i), vectors.get(i), Payload.EMPTY));
        }
        docs.upsert(points);
        docs.optimize();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private TuneRequest request(TuneRequest.Limits limits, boolean prune, Optional<Path> state) {
        return new TuneRequest(
                vectors.subList(POINTS, POINTS + 300),
                20,
                10,
                10_000,
                GRID,
                TuneRequest.DEFAULT.indexes(),
                List.of(1f, 4f),
                limits,
                prune,
                state);
    }

    private static TuneRequest.Limits bytes(double most) {
        return new TuneRequest.Limits(Optional.of(most), Optional.empty(), Optional.empty());
    }

    private TuneReport tune(TuneRequest request) {
        return docs.tune(request, ProgressListener.NONE);
    }

    @Test
    void recommendsAPointOfTheTrueFrontThatKeepsItsWord() {
        TuneReport report = tune(request(bytes(30), true, Optional.empty()));
        TunePoint chosen = report.recommended().orElseThrow();
        assertTrue(chosen.bytesPerVector() <= 30, chosen.toString());

        TuneReport full = tune(request(TuneRequest.Limits.NONE, false, Optional.empty()));
        assertTrue(
                full.measured().size() >= GRID.size() * 2,
                "measured " + full.measured().size());
        assertTrue(
                full.measured().stream()
                        .filter(point -> point.pipeline().equals(chosen.pipeline())
                                && point.index().equals(chosen.index())
                                && point.oversample() == chosen.oversample())
                        .findFirst()
                        .orElseThrow()
                        .pareto(),
                chosen::toString);

        docs.apply(chosen.pipeline(), chosen.index(), ProgressListener.NONE);
        SearchParams params = new SearchParams(OptionalInt.empty(), OptionalInt.empty(), chosen.oversample(), false);
        RecallReport measured = docs.measure(
                new RecallRequest(vectors.subList(POINTS, POINTS + 300), 1, 10, params, Optional.empty(), Map.of(), 0),
                ProgressListener.NONE);
        assertEquals(chosen.recall(), measured.recall(), 0.01);
        assertEquals(chosen.bytesPerVector(), docs.info().bytesPerVector(), 0.02 * chosen.bytesPerVector());
        docs.undo(ProgressListener.NONE);
        assertEquals(Pipeline.NONE, docs.config().pipeline());
    }

    @Test
    void holdsQueriesOutAndLeavesTheCollectionAsItIs() {
        TuneRequest request = new TuneRequest(
                List.of(),
                100,
                10,
                2_000,
                List.of(Pipeline.parse("none/int8")),
                List.of(IndexSpec.parse("flat")),
                List.of(1f),
                TuneRequest.Limits.NONE,
                true,
                Optional.empty());
        TuneReport report = tune(request);
        assertEquals(100, report.queries());
        assertEquals(2_000, report.rows());
        assertEquals(POINTS, report.points());
        assertTrue(report.warnings().stream().anyMatch(warning -> warning.contains("2,000 of 4,000")));
        assertEquals(2, report.measured().size(), "the pipeline now is measured, too");
        assertEquals(Pipeline.NONE, docs.config().pipeline());
    }

    @Test
    void goesOnFromWhatItHadMeasured() throws IOException {
        Path state = directory.resolve("state");
        TuneReport first = tune(request(TuneRequest.Limits.NONE, true, Optional.of(state)));
        List<String> lines = Files.readAllLines(state);
        // As a crash in the middle of a line would leave it.
        Files.writeString(
                state,
                String.join("\n", lines.subList(0, 3)) + "\n" + lines.get(3).substring(0, 20));
        TuneReport second = tune(request(TuneRequest.Limits.NONE, true, Optional.of(state)));
        assertEquals(
                first.measured().stream().map(TuneIT::figures).toList(),
                second.measured().stream().map(TuneIT::figures).toList());
        int before = Files.readAllLines(state).size();
        TuneReport third = tune(request(TuneRequest.Limits.NONE, true, Optional.of(state)));
        assertEquals(before, Files.readAllLines(state).size(), "nothing is measured again");
        assertEquals(second.recommended(), third.recommended());
    }

    private static String figures(TunePoint point) {
        return point.pipeline() + " " + point.index() + " " + point.oversample() + " " + point.bytesPerVector() + " "
                + point.recall();
    }

    @Test
    void saysSoWhereNothingKeepsTheLimits() {
        TuneReport report = tune(request(bytes(3), true, Optional.empty()));
        assertTrue(report.recommended().isEmpty());
        assertFalse(report.reason().isEmpty());
        TuneReport demanding = tune(request(
                new TuneRequest.Limits(Optional.of(20.0), Optional.of(1.0), Optional.empty()), true, Optional.empty()));
        assertTrue(
                demanding.recommended().isEmpty(), () -> demanding.recommended().toString());
        assertTrue(demanding.reason().contains("1.0"), demanding.reason());
    }

    @Test
    void drawsAReportThatNeedsNothingBesideIt() {
        String html = EngineMeasures.html(tune(request(bytes(40), true, Optional.empty())), "docs & more");
        assertTrue(html.contains("docs &amp; more"));
        assertTrue(html.contains("recommended"));
        assertTrue(html.contains("<svg"));
        assertFalse(html.contains("src=") || html.contains("href="), "nothing is fetched");
        assertTrue(html.contains(":apply"));
    }
}
