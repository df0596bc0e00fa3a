package io.vecino.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Engine;
import io.vecino.model.CollectionConfig;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.server.ServerConfig;
import io.vecino.server.VecinoServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MeasureCommandTest {
    private static final int DIMENSION = 8;

    @TempDir
    private Path folder = Path.of("");

    private final Random random = new Random(3);

    private String at(String name) {
        return folder.resolve(name).toString();
    }

    private float[] vector() {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    @BeforeEach
    void fill() throws IOException {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            points.add(new Point(PointId.of(i), vector(), new Payload(Map.of("n", i % 2))));
        }
        try (Engine engine = Engine.open(folder.resolve("data"))) {
            var docs = engine.create(
                    "docs", CollectionConfig.of(DIMENSION, Metric.L2).with(Pipeline.parse("pca:4/int8")));
            docs.upsert(points);
            docs.optimize();
        }
        write("base.fvecs", points.stream().map(Point::vector).toList());
        write("queries.fvecs", List.of(vector(), vector(), vector()));
        Files.writeString(folder.resolve("qrels"), "0\t17\tthe first\n2\t18\n");
    }

    private void write(String name, List<float[]> vectors) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(vectors.size() * (DIMENSION + 1) * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] vector : vectors) {
            bytes.putInt(DIMENSION);
            for (float value : vector) {
                bytes.putFloat(value);
            }
        }
        Files.write(folder.resolve(name), bytes.array());
    }

    private static CommandRun good(String... arguments) {
        CommandRun run = CommandRun.of(arguments);
        assertEquals(0, run.exitCode(), run.err());
        return run;
    }

    private static JsonNode json(CommandRun run) {
        return new JsonMapper().readTree(run.out());
    }

    @Test
    void showsWhatEachStepOfACollectionCosts() {
        String table = good(
                        "measure",
                        "docs",
                        "--data",
                        at("data"),
                        "--queries",
                        at("queries.fvecs"),
                        "--qrels",
                        at("qrels"),
                        "--filter",
                        "{\"field\":\"n\",\"eq\":1}")
                .out();
        for (String word : List.of("reduction", "quantizer", "index", "rescoring", "filter", "together", "MRR")) {
            assertTrue(table.contains(word), table);
        }
    }

    @Test
    void saysTheSameOfADirectoryAndAServer() {
        String[] options = {"--queries", at("queries.fvecs"), "--k", "5", "--oversample", "1", "--json"};
        JsonNode local = json(good(arguments(options, "measure", "docs", "--data", at("data"))));
        try (Engine engine = Engine.open(folder.resolve("data"));
                VecinoServer server =
                        VecinoServer.start(engine, ServerConfig.defaults().withPort(0))) {
            String url = "http://127.0.0.1:" + server.address().getPort();
            JsonNode remote = json(good(arguments(options, "measure", "docs", "--url", url)));
            assertEquals(local.required("stages"), remote.required("stages"));
            assertEquals(local.required("worst"), remote.required("worst"));
        }
    }

    private static String[] arguments(String[] options, String... first) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(options));
        return all.toArray(String[]::new);
    }

    @Test
    void measuresFiles() {
        JsonNode report = json(good(
                "measure",
                "--base",
                at("base.fvecs"),
                "--queries",
                at("queries.fvecs"),
                "--metric",
                "l2",
                "--pipeline",
                "pca:4/int8",
                "--index",
                "graph:lean",
                "--json"));
        assertEquals(400, report.required("points").asInt());
        assertEquals(4, report.required("stages").size());
    }

    @Test
    void tunesAFileAndWritesAReport() throws IOException {
        String table = good(
                        "tune",
                        "--base",
                        at("base.fvecs"),
                        "--queries",
                        at("queries.fvecs"),
                        "--metric",
                        "l2",
                        "--pipeline",
                        "none/int8,none/rabitq:2",
                        "--max-bytes",
                        "30",
                        "--html",
                        at("report.html"))
                .out();
        assertTrue(table.contains("Recommended: "), table);
        assertTrue(Files.readString(folder.resolve("report.html")).contains("<svg"));
    }

    @Test
    void appliesWhatItRecommendsAndGoesBack() {
        String[] tune = {
            "tune",
            "docs",
            "--data",
            at("data"),
            "--held-out",
            "50",
            "--pipeline",
            "none/int8",
            "--max-bytes",
            "25",
            "--oversample",
            "1",
            "--apply"
        };
        good(tune);
        assertTrue(good("info", at("data")).out().contains("none/int8"));
        good("tune", "docs", "--data", at("data"), "--undo");
        assertTrue(good("info", at("data")).out().contains("pca:4/int8"));
    }

    @Test
    void inspectsFilesAndComparesThem() {
        String table = good("inspect", "--base", at("base.fvecs"), "--metric", "l2", "--with", at("base.fvecs"))
                .out();
        assertTrue(table.contains("effective rank") && table.contains("Worth trying"), table);
        JsonNode seen = json(
                good("inspect", "--base", at("base.fvecs"), "--metric", "l2", "--with", at("base.fvecs"), "--json"));
        assertEquals(1, seen.at("/alignment/cka").asDouble(), 1e-6);
        assertEquals(1, seen.at("/alignment/neighbours").asDouble(), 1e-6);
        assertEquals(
                400,
                json(good("inspect", "docs", "--data", at("data"), "--json"))
                        .required("points")
                        .asInt());
    }

    @Test
    void refusesHalfAQuestion() {
        assertEquals(2, CommandRun.of("measure").exitCode());
        assertEquals(2, CommandRun.of("measure", "docs").exitCode());
        assertEquals(2, CommandRun.of("measure", "--base", at("base.fvecs")).exitCode());
        assertEquals(2, CommandRun.of("measure", "docs", "--data", at("none")).exitCode());
        assertEquals(
                2,
                CommandRun.of("measure", "docs", "--data", at("data"), "--filter", "{")
                        .exitCode());
    }
}
