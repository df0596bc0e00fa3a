package io.vecino.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Engine;
import io.vecino.model.CollectionConfig;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MainTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"demo", "serve", "reduce", "info", "doctor", "quantize", "snapshot", "restore"})
    void everyCommandHasHelp(String command) {
        CommandRun run = CommandRun.of(command, "--help");
        assertEquals(0, run.exitCode());
        assertTrue(run.out().startsWith("Usage: vecino " + command), run.out());
        assertTrue(run.out().contains("--json"), run.out());
    }

    @Test
    void doctorNamesTheFaissThatIsLinkedIn() {
        CommandRun run = CommandRun.of("doctor");
        assertEquals(0, run.exitCode(), run.err());
        for (String fact : new String[] {"FAISS", "version", "SIMD", "BLAS", "OpenMP threads", "GPU"}) {
            assertTrue(run.out().contains(fact), run.out());
        }
        JsonNode faiss = JsonMapper.shared()
                .readTree(CommandRun.of("doctor", "--json").out())
                .path("libraries")
                .path("FAISS");
        assertTrue(faiss.path("version").asString().matches("\\d+\\.\\d+\\.\\d+"), faiss.toString());
    }

    @Test
    void helpListsEveryCommand() {
        String help = CommandRun.of("--help").out();
        assertTrue(help.contains("demo") && help.contains("serve") && help.contains("info"), help);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unknown",
                "info",
                "info --unknown",
                "info a --url http://b",
                "serve --port x",
                "serve --port 70000 --data unused",
                "serve --host 0.0.0.0 --port 0 --data unused",
                "demo --passages 3",
                "info no-such-directory",
                "doctor no-such-directory",
                "doctor --repair",
                "reduce",
                "reduce in.npy",
                "reduce in.npy out.npy --method pca --dims x",
                "reduce in.npy out.npy --method pca --dims 3",
                "reduce in.npy out.npy --method pca --model m.vct",
                "reduce in.npy out.npy --method pca --dims 3 --budget 30s --model m.vct",
                "reduce in.npy out.npy --method unknown --dims 3 --model m.vct",
                "reduce in.npy out.npy --apply m.vct --method pca --dims 3",
                "info --url nonsense",
                "snapshot",
                "snapshot docs",
                "snapshot docs --data no-such-directory",
                "snapshot docs --data a --url http://b",
                "restore docs --url nonsense",
                "restore docs --data no-such-directory",
                "quantize",
                "quantize no-such.npy unused",
                "quantize no-such.npy unused --model unused --pipeline none/int9",
                "quantize no-such.npy unused --model unused",
                "quantize no-such.npy unused --model unused --metric l2",
                "quantize no-such.codes unused --model unused --decode --pipeline none/int8",
            })
    void refusesBadUsageWithExitCodeTwoAndALineThatSaysWhy(String line) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] =
                    arguments[i].equals("unused") ? directory.resolve("unused").toString() : arguments[i];
        }
        CommandRun run = CommandRun.of(arguments);
        assertEquals(2, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("vecino: "), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
    }

    @Test
    void failsWithExitCodeOneWhereNoServerAnswers() {
        CommandRun run = CommandRun.of("info", "--url", "http://127.0.0.1:1");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("cannot reach http://127.0.0.1:1"), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
        assertTrue(CommandRun.of("info", "--debug", "--url", "http://127.0.0.1:1")
                .err()
                .contains("\tat "));
    }

    @Test
    void tellsWhatADirectoryHolds() {
        try (Engine engine = Engine.open(directory)) {
            engine.create("docs", CollectionConfig.of(4, Metric.L2));
        }
        CommandRun run = CommandRun.of("info", directory.toString(), "--json");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode collection =
                new JsonMapper().readTree(run.out()).required("collections").required(0);
        assertEquals("docs", collection.required("name").asString());
        assertEquals(0, collection.required("points").asLong());
        assertEquals(4, collection.required("dimension").asInt());
        assertEquals("l2", collection.required("metric").asString());
        JsonNode memory = new JsonMapper().readTree(run.out()).required("memory");
        assertTrue(memory.required("limit").asLong() > 0);
        assertTrue(memory.required("used").required("database").asLong() > 0);
        String text = CommandRun.of("info", directory.toString()).out();
        assertTrue(text.contains("docs") && text.contains("native memory"), text);
    }

    @Test
    void tellsWhetherADirectoryIsSoundAndMendsIt() throws IOException {
        try (Engine engine = Engine.open(directory)) {
            var docs = engine.create("docs", CollectionConfig.of(2, Metric.L2));
            docs.upsert(List.of(new Point(PointId.of(1), new float[] {1, 2}, Payload.EMPTY)));
            docs.optimize();
        }
        CommandRun sound = CommandRun.of("doctor", directory.toString());
        assertEquals(0, sound.exitCode(), sound.err());
        assertTrue(sound.out().endsWith("sound\n"), sound.out());
        Files.write(directory.resolve("segments/1/1.ids"), new byte[7]);
        CommandRun damaged = CommandRun.of("doctor", directory.toString(), "--json");
        assertEquals(1, damaged.exitCode());
        JsonNode report = new JsonMapper().readTree(damaged.out());
        assertFalse(report.required("sound").asBoolean());
        assertTrue(report.required("collections").toString().contains("1.ids"), damaged.out());
        CommandRun repaired = CommandRun.of("doctor", directory.toString(), "--repair");
        assertEquals(0, repaired.exitCode(), repaired.out());
        assertTrue(repaired.out().contains("repaired: "), repaired.out());
        assertEquals(0, CommandRun.of("doctor", directory.toString()).exitCode());
    }

    @Test
    void leavesDirectoriesWithoutDataAsTheyAre() {
        assertEquals(2, CommandRun.of("info", directory.toString()).exitCode());
        assertFalse(Files.exists(directory.resolve("rocksdb")));
    }
}
