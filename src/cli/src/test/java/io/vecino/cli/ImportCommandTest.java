package io.vecino.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Engine;
import io.vecino.model.PointId;
import io.vecino.server.ServerConfig;
import io.vecino.server.VecinoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ImportCommandTest {
    private static final int ROWS = 500;

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void write() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            String vector = i == 77 ? "[1]" : "[" + i + ",1.5]";
            lines.add("{\"id\":" + i + ",\"vector\":" + vector + ",\"payload\":{\"n\":" + i + "}}");
        }
        Files.write(folder.resolve("x.jsonl"), lines);
    }

    private String at(String name) {
        return folder.resolve(name).toString();
    }

    private static JsonNode good(String... arguments) {
        CommandRun run = CommandRun.of(arguments);
        assertEquals(0, run.exitCode(), run.err());
        return new JsonMapper().readTree(run.out());
    }

    private void roundTrip(String option, String where) {
        CommandRun refused =
                CommandRun.of("import", "docs", at("x.jsonl"), option, where, "--create", "--metric", "l2");
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains("x.jsonl row 77"), refused.err());
        JsonNode resumed = good("import", "docs", at("x.jsonl"), option, where, "--skip-bad", "--json");
        assertEquals(77, resumed.required("resumed_at").asInt());
        assertEquals(ROWS - 1, resumed.required("stored").asInt());
        assertEquals(1, resumed.required("rejected").asInt());
        assertTrue(Files.exists(folder.resolve("x.jsonl.rejects")));
        for (String name : List.of("x.parquet", "y.jsonl.zst", "x.npy")) {
            assertEquals(
                    ROWS - 1,
                    good("export", "docs", at(name), option, where, "--json")
                            .required("points")
                            .asInt());
        }
        good("import", "a", at("x.parquet"), option, where, "--create", "--metric", "l2", "--json");
        good("import", "b", at("y.jsonl.zst"), option, where, "--create", "--metric", "l2", "--json");
        good("import", "c", at("x.npy"), "--ids", at("x.npy.points.jsonl"), option, where, "--create", "--json");
    }

    private static void requireCopies(Engine engine) {
        for (String copy : List.of("a", "b", "c")) {
            assertEquals(
                    engine.collection("docs").get(PointId.of(499)).orElseThrow().payload(),
                    engine.collection(copy).get(PointId.of(499)).orElseThrow().payload());
            assertEquals(
                    499f,
                    engine.collection(copy).get(PointId.of(499)).orElseThrow().vector()[0]);
            assertEquals(ROWS - 1, engine.collection(copy).count());
        }
    }

    @Test
    void bringsPointsIntoADirectoryAndOut() {
        roundTrip("--data", at("data"));
        try (Engine engine = Engine.open(folder.resolve("data"))) {
            requireCopies(engine);
        }
    }

    @Test
    void bringsPointsIntoAServerAndOut() {
        try (Engine engine = Engine.open(folder.resolve("served"));
                VecinoServer server =
                        VecinoServer.start(engine, ServerConfig.defaults().withPort(0))) {
            roundTrip("--url", "http://127.0.0.1:" + server.address().getPort());
            requireCopies(engine);
        }
    }

    private void createSearchAndDelete(String option, String where) throws IOException {
        Path queries = Files.writeString(folder.resolve("q.csv"), "vector\n\"[7.2, 1.5]\"\n[499 1.5]\n");
        good(
                "create",
                "made",
                "--dimension",
                "2",
                "--metric",
                "l2",
                "--payload-index",
                "n:integer",
                option,
                where,
                "--json");
        good("import", "made", at("x.jsonl"), "--skip-bad", "--limit", "400", option, where, "--json");
        JsonNode near = good("search", "made", "--id", "6", "-k", "3", "--json", option, where)
                .required("ids");
        assertTrue(near.toString().contains("7"), near::toString);
        assertEquals(
                9,
                good("search", "made", "--vector", "9,1.5", "-k", "1", "--exact", "--json", option, where)
                        .at("/ids/0")
                        .asInt());
        for (String name : List.of("r.jsonl", "r.npy", "r.ivecs")) {
            CommandRun run = CommandRun.of(
                    "search", "made", "--queries", queries.toString(), "-k", "3", "--out", at(name), option, where);
            assertEquals(0, run.exitCode(), run.err());
        }
        List<String> lines = Files.readAllLines(folder.resolve("r.jsonl"));
        assertEquals(399, new JsonMapper().readTree(lines.get(1)).at("/ids/0").asInt());
        byte[] ivecs = Files.readAllBytes(folder.resolve("r.ivecs"));
        assertEquals(7, ivecs[4]);
        assertEquals(2 * 16, ivecs.length);
        assertEquals(128 + 2 * 3 * 8, Files.size(folder.resolve("r.npy")));
        assertEquals(
                2,
                good("delete", "made", "--ids", "1,2,9999", option, where, "--json")
                        .required("points")
                        .asInt());
        good("delete", "made", "--collection", option, where, "--json");
        assertEquals(
                2, CommandRun.of("search", "made", "--id", "6", option, where).exitCode());
    }

    @Test
    void createsSearchesAndDeletesInADirectory() throws IOException {
        createSearchAndDelete("--data", at("data"));
    }

    @Test
    void createsSearchesAndDeletesOnAServer() throws IOException {
        try (Engine engine = Engine.open(folder.resolve("served"));
                VecinoServer server =
                        VecinoServer.start(engine, ServerConfig.defaults().withPort(0))) {
            createSearchAndDelete(
                    "--url", "http://127.0.0.1:" + server.address().getPort());
        }
    }

    @Test
    void bringsPointsIntoAServerThroughGrpc() {
        try (Engine engine = Engine.open(folder.resolve("served"));
                VecinoServer server = VecinoServer.start(
                        engine, ServerConfig.defaults().withPort(0).withGrpcPort(0))) {
            String url =
                    "grpc://127.0.0.1:" + server.grpcAddress().orElseThrow().getPort();
            CommandRun refused = CommandRun.of("import", "docs", at("x.jsonl"), "--url", url, "--create");
            assertEquals(2, refused.exitCode());
            assertTrue(refused.err().contains("x.jsonl row 77"), refused.err());
            JsonNode resumed = good("import", "docs", at("x.jsonl"), "--url", url, "--skip-bad", "--json");
            assertEquals(77, resumed.required("resumed_at").asInt());
            assertEquals(ROWS - 1, engine.collection("docs").count());
            assertEquals(
                    499L,
                    engine.collection("docs")
                            .get(PointId.of(499))
                            .orElseThrow()
                            .payload()
                            .fields()
                            .get("n"));
        }
    }

    @Test
    void saysWhatIsWrongWithAFile() throws IOException {
        Path junk = Files.write(folder.resolve("junk"), new byte[] {1, 2, 3});
        CommandRun run = CommandRun.of("import", "docs", junk.toString(), "--data", at("data"), "--create");
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("junk at byte 0"), run.err());
        CommandRun none = CommandRun.of("import", "docs", at("x.jsonl"), "--data", at("nothing"));
        assertEquals(2, none.exitCode());
        assertTrue(none.err().contains("a Vecino data directory"), none.err());
    }
}
