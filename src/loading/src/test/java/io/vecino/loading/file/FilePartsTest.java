package io.vecino.loading.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vecino.model.EngineException;
import io.vecino.model.Payload;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files cut anywhere are read as if they were whole. */
class FilePartsTest {
    @TempDir
    private Path folder = Path.of("");

    private Path file(String name) throws IOException {
        Path file = folder.resolve(name);
        if (name.endsWith(".csv")) {
            StringBuilder text = new StringBuilder("id,vector,\"a \"\"b\"\"\"\n");
            for (int i = 0; i < 50; i++) {
                text.append(i)
                        .append(",\"[")
                        .append(i)
                        .append(", 2]\",\"x\ny,")
                        .append(i)
                        .append("\"\n");
            }
            return Files.writeString(file, text);
        }
        try (PointWriter writer = PointWriter.create(file, format(name), 2)) {
            for (int i = 0; i < 50; i++) {
                writer.write(PointId.of(i), new float[] {i, 2}, Payload.EMPTY);
            }
            writer.finish();
        }
        return file;
    }

    private static Format format(String name) {
        return Format.parse(name.substring(name.lastIndexOf('.') + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.npy", "x.fvecs", "x.jsonl", "x.csv"})
    void doNotMatter(String name) throws IOException {
        Path file = file(name);
        byte[] bytes = Files.readAllBytes(file);
        ReadOptions options = ReadOptions.DEFAULT.with(format(name));
        List<Point> whole = Sample.points(file, options);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            FileParts parts = new FileParts("body", options);
            List<Point> read = new ArrayList<>();
            int at = 0;
            while (at < bytes.length) {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(round % 2 == 0 ? 40 : 700));
                FileParts.Part part = parts.part(bytes, at, length, at + length == bytes.length);
                int before = read.size();
                if (part.reader() != null) {
                    for (Row row = part.reader().next();
                            row != null;
                            row = part.reader().next()) {
                        read.add(((Row.Good) row).point());
                    }
                }
                parts.accept(part, read.size() - before);
                at += length;
            }
            assertEquals(whole.size(), read.size(), "seed " + seed);
            assertEquals(whole.size(), parts.rows());
            for (int i = 0; i < read.size(); i++) {
                assertEquals(whole.get(i).id(), read.get(i).id(), "seed " + seed);
                assertArrayEquals(whole.get(i).vector(), read.get(i).vector());
            }
        }
    }

    @Test
    void endWhereTheHeaderSaysSo() throws IOException {
        byte[] bytes = Files.readAllBytes(file("x.npy"));
        ReadOptions npy = ReadOptions.DEFAULT.with(Format.NPY);
        FileParts parts = new FileParts("body", npy);
        assertThrows(EngineException.InvalidArgument.class, () -> parts.part(bytes, 0, bytes.length - 3, true));
        byte[] more = Arrays.copyOf(bytes, bytes.length + 1);
        assertThrows(EngineException.InvalidArgument.class, () -> parts.part(more, 0, more.length, false));
        assertThrows(
                EngineException.InvalidArgument.class,
                () -> new FileParts("body", ReadOptions.DEFAULT.with(Format.PARQUET)));
        byte[] junk = new byte[100];
        assertThrows(EngineException.InvalidArgument.class, () -> parts.part(junk, 0, junk.length, false));
    }
}
