package io.vecino.measure;

import io.vecino.model.EngineException;
import io.vecino.model.IndexSpec;
import io.vecino.model.Interval;
import io.vecino.model.Pipeline;
import io.vecino.model.TunePoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured so far, kept in a file from point to point. Lines of columns between tabs: the key of the data, pipeline,
 * index, oversample, bytes, recall, its interval, and if timed median, 99th percentile and searches per second. A line that
 * cannot be read, such as one cut short by a crash, is ignored; later lines of a point replace earlier ones. Thread-safe.
 */
final class TuneState {
    private static final int COLUMNS = 8;
    private static final int TIMED = 11;

    private final String key;
    private final Optional<Path> file;
    private final Map<Name, TunePoint> points = new LinkedHashMap<>();

    private record Name(Pipeline pipeline, IndexSpec index, float oversample) {
        static Name of(TunePoint point) {
            return new Name(point.pipeline(), point.index(), point.oversample());
        }
    }

    /**
     * Reads what the file holds of this key.
     *
     * @param key of data, queries and k
     */
    TuneState(String key, Optional<Path> file) {
        this.key = key;
        this.file = file;
        file.filter(Files::isRegularFile).ifPresent(path -> {
            try {
                Files.readAllLines(path).forEach(this::read);
            } catch (IOException e) {
                throw new EngineException.InvalidArgument(path.toString(), "a state of tuning", e.toString());
            }
        });
    }

    private void read(String line) {
        String[] columns = line.split("\t", -1);
        if (!columns[0].equals(key) || (columns.length != COLUMNS && columns.length != TIMED)) {
            return;
        }
        try {
            TunePoint point = new TunePoint(
                    Pipeline.parse(columns[1]),
                    IndexSpec.parse(columns[2]),
                    Float.parseFloat(columns[3]),
                    Double.parseDouble(columns[4]),
                    Double.parseDouble(columns[5]),
                    new Interval(Double.parseDouble(columns[6]), Double.parseDouble(columns[7])),
                    columns.length == COLUMNS
                            ? Optional.empty()
                            : Optional.of(new TunePoint.Speed(
                                    Double.parseDouble(columns[8]),
                                    Double.parseDouble(columns[9]),
                                    Double.parseDouble(columns[10]))),
                    false);
            points.put(Name.of(point), point);
        } catch (NumberFormatException | EngineException.InvalidArgument _) {
            // Cut short, or of another version: measured again.
        }
    }

    synchronized Optional<TunePoint> find(Pipeline pipeline, IndexSpec index, float oversample) {
        return Optional.ofNullable(points.get(new Name(pipeline, index, oversample)));
    }

    /** All points, in the order in which they were first measured. */
    synchronized List<TunePoint> points() {
        return new ArrayList<>(points.values());
    }

    /** Adds a point or replaces it. */
    synchronized void put(TunePoint point) {
        points.put(Name.of(point), point);
        file.ifPresent(path -> append(path, point));
    }

    private void append(Path path, TunePoint point) {
        StringBuilder line = new StringBuilder(String.join(
                "\t",
                key,
                point.pipeline().toString(),
                point.index().toString(),
                String.valueOf(point.oversample()),
                String.valueOf(point.bytesPerVector()),
                String.valueOf(point.recall()),
                String.valueOf(point.recallInterval().low()),
                String.valueOf(point.recallInterval().high())));
        point.speed()
                .ifPresent(speed -> line.append('\t')
                        .append(speed.micros())
                        .append('\t')
                        .append(speed.slowMicros())
                        .append('\t')
                        .append(speed.qps()));
        try {
            Files.writeString(path, line.append('\n'), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new EngineException.StorageFailure("cannot write " + path + ": " + e, e);
        }
    }
}
