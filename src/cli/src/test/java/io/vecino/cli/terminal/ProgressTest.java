package io.vecino.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);

    @Test
    void printsALineForEachTenthWithoutATerminal() {
        try (Progress progress = new Console(stream, stream, false).progress("loading", 1000)) {
            for (int i = 0; i < 1000; i++) {
                progress.add(1);
            }
        }
        assertEquals(10, printed().lines().count());
        assertTrue(printed().endsWith(String.format("loading: 1,000 of 1,000%n")), printed());
    }

    @Test
    void drawsABarOnATerminal() {
        try (Progress progress = new Console(stream, stream, true).progress("loading", 4)) {
            progress.add(4);
        }
        assertTrue(printed().contains("loading 100%") && printed().contains("\r"), printed());
    }

    @Test
    void honoursTheCacheDirectoryOfTheDesktop() {
        assertEquals(Path.of("/c/vecino"), Host.cacheDirectory("/c", "/home/u"));
        assertEquals(Path.of("/home/u/.cache/vecino"), Host.cacheDirectory(null, "/home/u"));
        assertEquals(Path.of("/home/u/.cache/vecino"), Host.cacheDirectory("relative", "/home/u"));
    }

    private String printed() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
