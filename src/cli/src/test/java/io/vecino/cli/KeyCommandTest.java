package io.vecino.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

final class KeyCommandTest {
    @Test
    void printsTheKeyOnceAndKeepsItsHash(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("keys");
        CommandRun run = CommandRun.of(
                "key", "--file", file.toString(), "--name", "ci", "--scope", "write", "--collections", "a,b", "--json");
        assertEquals(0, run.exitCode(), run.err());
        String key = new JsonMapper().readTree(run.out()).required("key").asString();
        assertEquals(43, key.length());
        String written = Files.readString(file);
        assertTrue(written.matches("ci write a,b [0-9a-f]{64}\n"), written);
        assertFalse(written.contains(key));
    }

    @Test
    void refusesWhatIsNoScopeAndNamesThatAreTaken(@TempDir Path directory) {
        String file = directory.resolve("keys").toString();
        assertEquals(
                2,
                CommandRun.of("key", "--file", file, "--name", "ci", "--scope", "root")
                        .exitCode());
        assertEquals(
                0,
                CommandRun.of("key", "--file", file, "--name", "ci", "--scope", "read")
                        .exitCode());
        assertEquals(
                2,
                CommandRun.of("key", "--file", file, "--name", "ci", "--scope", "read")
                        .exitCode());
    }

    @Test
    void servesNowhereElseWithoutBothKeysAndTls(@TempDir Path directory) {
        String file = directory.resolve("keys").toString();
        CommandRun.of("key", "--file", file, "--name", "ci", "--scope", "read");
        String data = directory.resolve("data").toString();
        CommandRun run = CommandRun.of("serve", "--data", data, "--host", "0.0.0.0", "--port", "0", "--keys", file);
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("would not be encrypted"), run.err());
        assertEquals(
                2,
                CommandRun.of("serve", "--data", data, "--port", "0", "--tls-key", file)
                        .exitCode());
    }
}
