package io.vecino.loading.file;

import io.vecino.model.Point;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The files that other tools wrote, and what is in them. */
final class Sample {
    static final int ROWS = 40;
    static final int DIMENSION = 7;

    private Sample() {}

    static float value(int row, int column) {
        float value = row + column / 8f;
        return row % 5 == 0 ? -value : value;
    }

    /** A copy of a file in a folder. */
    static Path copy(String name, Path folder) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream in = Objects.requireNonNull(Sample.class.getResourceAsStream(name), name)) {
            Files.write(file, in.readAllBytes());
        }
        return file;
    }

    static List<Row> rows(Path file, ReadOptions options) {
        try (PointReader reader = PointFiles.open(file, options)) {
            List<Row> rows = new ArrayList<>();
            for (Row row = reader.next(); row != null; row = reader.next()) {
                rows.add(row);
            }
            return rows;
        }
    }

    static List<Point> points(Path file, ReadOptions options) {
        return rows(file, options).stream()
                .map(row -> {
                    if (row instanceof Row.Good good) {
                        return good.point();
                    }
                    throw new AssertionError(row.toString());
                })
                .toList();
    }

    /** A file with bytes replaced. */
    static Path changed(Path file, int at, byte[] bytes) throws IOException {
        byte[] all = Files.readAllBytes(file);
        ByteBuffer.wrap(all).put(at, bytes);
        return Files.write(file, all);
    }

    /** A file with a text replaced by another as long. */
    static Path changed(Path file, String text, String by) throws IOException {
        String all = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        return Files.write(file, all.replace(text, by).getBytes(StandardCharsets.ISO_8859_1));
    }

    static Path cut(Path file, long bytes) throws IOException {
        byte[] all = Files.readAllBytes(file);
        return Files.write(file, java.util.Arrays.copyOf(all, (int) bytes));
    }
}
