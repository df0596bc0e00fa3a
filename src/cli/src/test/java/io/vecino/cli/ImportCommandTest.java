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
