package io.vecino.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Engine;
import io.vecino.model.CollectionConfig;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.server.ServerConfig;
import io.vecino.server.VecinoServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SnapshotCommandTest {
    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void fill() {
        try (Engine engine = Engine.open(folder.resolve("data"))) {
            engine.create("docs", CollectionConfig.of(2, Metric.L2))
                    .upsert(List.of(new Point(PointId.of(1), new float[] {1, 2}, Payload.EMPTY)));
        }
    }

    private String at(String name) {
        return folder.resolve(name).toString();
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
    void bringsACollectionToANewDirectory() {
        String data = at("data");
        String backup = at("backup");
        assertTrue(good("snapshot", "docs", "--data", data, "--to", backup, "--name", "first")
                .out()
                .contains("first"));
        JsonNode second = json(good("snapshot", "docs", "--data", data, "--to", backup, "--json"));
        assertEquals(1, second.required("points").asInt());
        JsonNode listed = json(good("snapshot", "docs", "--data", data, "--to", backup, "--list", "--json"));
        assertEquals(
                List.of("first", second.required("name").asString()),
                listed.required("snapshots")
                        .valueStream()
                        .map(one -> one.required("name").asString())
                        .toList());
        CommandRun restored = good("restore", "docs", "--data", at("new"), "--from", backup, "--as", "copy", "--json");
        assertEquals("copy", json(restored).required("name").asString());
        assertEquals(1, json(restored).required("points").asInt());
        assertTrue(good("info", at("new")).out().contains("copy"));
    }

    @Test
    void replacesOnlyIfItIsToldTo() {
        String data = at("data");
        good("snapshot", "docs", "--data", data);
        CommandRun refused = CommandRun.of("restore", "docs", "--data", data);
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains("collection exists: docs"), refused.err());
        good("restore", "docs", "--data", data, "--replace");
        CommandRun missing = CommandRun.of("restore", "docs", "nothing", "--data", data, "--replace");
        assertEquals(2, missing.exitCode());
        assertTrue(missing.err().contains("snapshot not found: docs/nothing"), missing.err());
    }

    @Test
    void talksToAServer() {
        try (Engine engine = Engine.open(folder.resolve("data"));
                VecinoServer server =
                        VecinoServer.start(engine, ServerConfig.defaults().withPort(0))) {
            String url = "http://127.0.0.1:" + server.address().getPort();
            good("snapshot", "docs", "--url", url, "--name", "one");
            assertTrue(good("snapshot", "docs", "--url", url, "--list").out().contains("one"));
            good("restore", "docs", "one", "--url", url, "--as", "copy");
            assertEquals(1, engine.collection("copy").count());
            CommandRun refused = CommandRun.of("restore", "docs", "--url", url);
            assertEquals(2, refused.exitCode(), refused.err());
            assertEquals(
                    2,
                    CommandRun.of("snapshot", "docs", "--url", url, "--to", at("x"))
                            .exitCode());
        }
    }
}
