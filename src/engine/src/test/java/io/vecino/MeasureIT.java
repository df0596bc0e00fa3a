package io.vecino;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Filter;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.MissedNeighbours;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ProgressListener;
import io.vecino.model.RecallReport;
import io.vecino.model.RecallRequest;
import io.vecino.model.RecallStage;
import io.vecino.model.RecallStage.Step;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchParams;
import io.vecino.model.SearchRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The steps of a search against searches that stop after each of them. */
class MeasureIT {
    private static final int DIMENSION = 24;
    private static final int POINTS = 2_000;
    private static final int QUERIES = 60;
    private static final int K = 10;
    private static final double EXACTLY = 1e-9;

    @TempDir
    private Path directory = Path.of("");

    private final Random random = Vectors.random("MeasureIT");
    private final List<float[]> vectors = Vectors.clustered(random, POINTS + QUERIES, DIMENSION);
    private final List<float[]> queries = vectors.subList(POINTS, POINTS + QUERIES);
    private Engine engine;

    @BeforeEach
    void open() {
        engine = Engine.open(EngineConfig.of(directory).withSealPoints(100_000));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private EngineCollection collection(String name, String pipeline, String index, Metric metric) {
        CollectionConfig config =
                CollectionConfig.of(DIMENSION, metric).with(Pipeline.parse(pipeline), IndexSpec.parse(index));
        EngineCollection docs = engine.create(name, config);
        upsert(docs, 0, POINTS);
        docs.optimize();
        return docs;
    }

    private void upsert(EngineCollection docs, int from, int to) {
        List<Point> points = new ArrayList<>();
        for (int i = from; i < to; i++) {
            points.add(new Point(PointId.of(i), vectors.get(i), new Payload(Map.of("n", i % 4))));
        }
        docs.upsert(points);
    }

    private static SearchParams effort(float oversample) {
        return new SearchParams(OptionalInt.of(16), OptionalInt.empty(), oversample, false);
    }

    private RecallRequest request(float oversample, Optional<Filter> filter) {
        return new RecallRequest(queries, 1, K, effort(oversample), filter, Map.of(), 5);
    }

    private static RecallReport measure(EngineCollection docs, RecallRequest request) {
        return docs.measure(request, ProgressListener.NONE);
    }

    private static double recall(RecallReport report, Step step) {
        return report.stages().stream()
                .filter(stage -> stage.step() == step)
                .findFirst()
                .orElseThrow()
                .recall();
    }

    /** By searching, and comparing with exact searches. */
    private double direct(EngineCollection docs, SearchParams params, Optional<Filter> filter) {
        int found = 0;
        int wanted = 0;
        for (float[] query : queries) {
            SearchRequest request = new SearchRequest(query, K, params, false, false);
            SearchRequest asked = filter.map(request::where).orElse(request);
            Set<PointId> truth = ids(docs.search(asked.with(SearchParams.EXACT)));
            wanted += truth.size();
            Set<PointId> hits = ids(docs.search(asked));
            hits.retainAll(truth);
            found += hits.size();
        }
        return (double) found / wanted;
    }

    private static Set<PointId> ids(List<ScoredPoint> hits) {
        return hits.stream().map(ScoredPoint::id).collect(Collectors.toSet());
    }

    private static void assertAddsUp(RecallReport report) {
        double lost = report.stages().stream().mapToDouble(RecallStage::lost).sum();
        assertEquals(100 * (1 - report.recall()), lost, EXACTLY);
        for (RecallStage stage : report.stages()) {
            assertTrue(stage.recallInterval().low() <= stage.recall());
            assertTrue(stage.recall() <= stage.recallInterval().high());
            assertTrue(stage.lostInterval().low() <= stage.lost());
            assertTrue(stage.lost() <= stage.lostInterval().high());
        }
    }

    @Test
    void attributesWhatSearchesThatStopAfterEachStepFind() {
        for (Metric metric : Metric.values()) {
            EngineCollection docs = collection("docs-" + metric, "pca:8/int8", "graph:lean", metric);
            EngineCollection reduced = collection("reduced-" + metric, "pca:8/f32", "flat", metric);
            EngineCollection coded = collection("coded-" + metric, "pca:8/int8", "flat", metric);
            Optional<Filter> filter = Optional.of(Filter.eq("n", 1));
            RecallReport report = measure(docs, request(3, filter));

            assertAddsUp(report);
            assertEquals(direct(reduced, effort(1), Optional.empty()), recall(report, Step.REDUCTION), EXACTLY);
            assertEquals(direct(coded, effort(1), Optional.empty()), recall(report, Step.QUANTIZER), EXACTLY);
            assertEquals(direct(docs, effort(1), Optional.empty()), recall(report, Step.INDEX), EXACTLY);
            assertEquals(direct(docs, effort(3), Optional.empty()), recall(report, Step.RESCORING), EXACTLY);
            assertEquals(direct(docs, effort(3), filter), report.recall(), EXACTLY);
        }
    }

    @Test
    void countsPointsThatAreNotCompressedYetAsExact() {
        EngineCollection docs =
                engine.create("docs", CollectionConfig.of(DIMENSION, Metric.L2).with(Pipeline.parse("pca:6/int4")));
        upsert(docs, 0, POINTS / 2);
        RecallReport unsealed = measure(docs, request(1, Optional.empty()));
        assertEquals(1, unsealed.recall());
        docs.optimize();
        upsert(docs, POINTS / 2, POINTS);
        docs.delete(List.of(PointId.of(3), PointId.of(POINTS - 3)));

        RecallReport report = measure(docs, request(1, Optional.empty()));

        assertAddsUp(report);
        assertEquals(direct(docs, effort(1), Optional.empty()), report.recall(), EXACTLY);
        assertTrue(recall(report, Step.REDUCTION) < 1, "half of the points are reduced");
        docs.optimize();
        assertTrue(recall(measure(docs, request(1, Optional.empty())), Step.REDUCTION)
                < recall(report, Step.REDUCTION));
    }

    @Test
    void losesNothingWithoutCompression() {
        EngineCollection docs = collection("docs", "none/f32", "flat", Metric.IP);
        RecallRequest sampled = new RecallRequest(List.of(), 50, K, effort(1), Optional.empty(), Map.of(), 5);
        RecallReport report = measure(docs, sampled);
        assertEquals(50, report.queries());
        assertEquals(1, report.recall());
        assertEquals(List.of(), report.worst());
        report.stages()
                .forEach(stage -> assertEquals(0, stage.lost(), stage.step().id()));
        assertEquals(1, report.stages().getFirst().kendall().orElseThrow());
    }

    @Test
    void saysWhichNeighboursWereLostWhere() {
        EngineCollection docs = collection("docs", "truncate:2/f32", "flat", Metric.L2);
        RecallReport report = measure(docs, request(1, Optional.empty()));
        assertEquals(5, report.worst().size());
        MissedNeighbours worst = report.worst().getFirst();
        assertEquals(Math.round(K * (1 - worst.recall())), worst.missed().size());
        worst.missed().forEach(missed -> assertEquals(Step.REDUCTION, missed.lostAt()));
        Set<PointId> found =
                ids(docs.search(new SearchRequest(queries.get(worst.query()), K, effort(1), false, false)));
        worst.missed().forEach(missed -> assertTrue(!found.contains(missed.id())));
        assertTrue(report.findings().stream().anyMatch(finding -> finding.contains("truncate:2")));
    }

    @Test
    void comparesRankingsWithKnownAnswers() {
        EngineCollection docs = collection("docs", "truncate:2/f32", "flat", Metric.L2);
        PointId nearest = docs.search(new SearchRequest(queries.getFirst(), 1, SearchParams.EXACT, false, false))
                .getFirst()
                .id();
        RecallReport report = measure(
                docs, new RecallRequest(queries, 1, K, effort(1), Optional.empty(), Map.of(0, Set.of(nearest)), 5));
        assertEquals(1, report.exactRanking().orElseThrow().reciprocalRank());
        assertEquals(1, report.exactRanking().orElseThrow().ndcg());
        assertEquals(1, report.exactRanking().orElseThrow().queries());
        assertTrue(report.stages().getFirst().ranking().orElseThrow().reciprocalRank() <= 1);
    }

    @Test
    void seesWhatWasWrittenSinceTheLastMeasurement() {
        EngineCollection docs = collection("docs", "truncate:4/int8", "flat", Metric.L2);
        RecallReport before = measure(docs, request(1, Optional.empty()));
        List<PointId> first =
                docs.search(new SearchRequest(queries.getFirst(), K, SearchParams.EXACT, false, false)).stream()
                        .map(ScoredPoint::id)
                        .toList();
        docs.delete(first);
        RecallReport after = measure(docs, request(1, Optional.empty()));
        assertEquals(before.points() - K, after.points());
        assertEquals(direct(docs, effort(1), Optional.empty()), after.recall(), EXACTLY);
        docs.apply(Pipeline.parse("truncate:12/int8"), IndexSpec.parse("flat"), ProgressListener.NONE);
        RecallReport changed = measure(docs, request(1, Optional.empty()));
        assertNotEquals(recall(after, Step.REDUCTION), recall(changed, Step.REDUCTION));
        assertEquals(direct(docs, effort(1), Optional.empty()), changed.recall(), EXACTLY);
    }

    @Test
    void refusesWhatCannotBeMeasured() {
        EngineCollection docs = engine.create("docs", CollectionConfig.of(DIMENSION, Metric.L2));
        assertThrows(EngineException.InvalidArgument.class, () -> measure(docs, request(1, Optional.empty())));
        upsert(docs, 0, 10);
        EngineException.InvalidArgument e = assertThrows(
                EngineException.InvalidArgument.class,
                () -> measure(
                        docs,
                        new RecallRequest(List.of(new float[3]), 1, K, effort(1), Optional.empty(), Map.of(), 5)));
        assertEquals("queries[0]", e.field());
        assertThrows(
                EngineException.InvalidArgument.class,
                () -> new RecallRequest(queries, 1, 0, effort(1), Optional.empty(), Map.of(), 5));
    }
}
