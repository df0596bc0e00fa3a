package io.vecino.cli.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingCacheTest {
    private static final List<String> TEXTS = List.of("one", "two", "three");

    @TempDir
    Path directory;

    private final List<String> notes = new ArrayList<>();
    private final Counting embedder = new Counting("letters");

    @Test
    void embedsOnceAndReadsAgain() {
        List<float[]> first = embed();
        List<float[]> second = embed();
        assertEquals(1, embedder.calls);
        for (int i = 0; i < TEXTS.size(); i++) {
            assertArrayEquals(first.get(i), second.get(i));
        }
        assertEquals(List.of(), notes);
    }

    @Test
    void reportsAllStepsAlsoWhenReading() {
        long[] steps = {0, 0};
        cache().embed(embedder, TEXTS, n -> steps[0] += n);
        cache().embed(embedder, TEXTS, n -> steps[1] += n);
        assertArrayEquals(new long[] {3, 3}, steps);
    }

    @Test
    void ignoresEverySingleDamagedByte() throws IOException {
        embed();
        Path file = cache().file(embedder, TEXTS);
        byte[] intact = Files.readAllBytes(file);
        for (int i = 0; i < intact.length; i++) {
            byte[] damaged = intact.clone();
            damaged[i] ^= 0x10;
            Files.write(file, damaged);
            embed();
            assertEquals(i + 2, embedder.calls, "byte " + i);
            assertTrue(notes.getLast().contains("damaged"));
        }
        assertArrayEquals(intact, Files.readAllBytes(file), "repaired");
    }

    @Test
    void ignoresATruncatedFile() throws IOException {
        embed();
        Path file = cache().file(embedder, TEXTS);
        byte[] intact = Files.readAllBytes(file);
        for (int length : new int[] {0, 5, 16, intact.length - 1}) {
            Files.write(file, java.util.Arrays.copyOf(intact, length));
            assertArrayEquals(new float[] {3, 'o'}, embed().getFirst());
        }
    }

    @Test
    void namesFilesByModelAndTexts() {
        EmbeddingCache cache = cache();
        Path file = cache.file(embedder, TEXTS);
        assertNotEquals(file, cache.file(new Counting("other"), TEXTS));
        assertNotEquals(file, cache.file(embedder, List.of("onetwo", "three")));
        assertNotEquals(file, cache.file(embedder, List.of("two", "one", "three")));
    }

    @Test
    void leavesNoPartialFilesBehind() throws IOException {
        embed();
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void worksWithoutAPlaceToWrite() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        List<float[]> vectors = new EmbeddingCache(file.resolve("below"), notes::add).embed(embedder, TEXTS, _ -> {});
        assertEquals(3, vectors.size());
        assertTrue(notes.getFirst().startsWith("not keeping"), notes.toString());
    }

    private EmbeddingCache cache() {
        return new EmbeddingCache(directory, notes::add);
    }

    private List<float[]> embed() {
        return cache().embed(embedder, TEXTS, _ -> {});
    }

    private static final class Counting implements Embedder {
        private final String model;
        private int calls;

        Counting(String model) {
            this.model = model;
        }

        @Override
        public String model() {
            return model;
        }

        @Override
        public int dimension() {
            return 2;
        }

        @Override
        public List<float[]> embed(List<String> texts, LongConsumer done) {
            calls++;
            done.accept(texts.size());
            return texts.stream()
                    .map(text -> new float[] {text.length(), text.charAt(0)})
                    .toList();
        }

        @Override
        public void close() {}
    }
}
