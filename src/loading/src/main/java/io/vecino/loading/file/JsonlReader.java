package io.vecino.loading.file;

import io.vecino.model.Payload;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A JSON object per line. Either every line has an id, or none has and rows are numbered; the first line decides. */
final class JsonlReader implements PointReader {
    private final TextLines lines;
    private final ReadOptions options;
    private final Labels labels;
    private final boolean labelled;
    private long next;
    private boolean numbered;

    JsonlReader(TextLines lines, ReadOptions options, Labels labels) {
        this.lines = lines;
        this.options = options;
        this.labels = labels;
        this.labelled = options.ids().isPresent();
    }

    @Override
    public @Nullable Row next() {
        if (!lines.next()) {
            labels.requireEnd(next);
            return null;
        }
        long number = next++;
        try {
            JsonRow row = JsonRow.read(lines.buffer(), lines.at(), lines.length(), options);
            return switch (labels.next(number)) {
                case Labels.Label(PointId id, Payload payload) -> new Row.Good(number, point(number, row, id, payload));
                case Labels.Unreadable(String reason) -> new Row.Bad(number, reason);
            };
        } catch (BadRowException e) {
            return new Row.Bad(number, e.reason());
        }
    }

    private Point point(long number, JsonRow row, PointId labelId, Payload labelPayload) {
        if (number == 0) {
            numbered = row.id() == null && options.idColumn().isEmpty();
        }
        float[] vector = row.vector();
        if (vector == null) {
            throw new BadRowException(options.vectorColumn(), "a vector", "nothing");
        }
        PointId id = labelled || numbered ? labelId : row.id();
        if (id == null || (numbered && row.id() != null)) {
            throw new BadRowException(
                    "id", numbered ? "none, as in the first line" : "an id", id == null ? "nothing" : "one");
        }
        Payload payload = Payloads.of(row.payload(), labelPayload);
        return new Point(id, vector, payload);
    }

    @Override
    public void skip(long rows) {
        for (long i = 0; i < rows && lines.next(); i++) {
            if (next == 0) {
                numbered = options.idColumn().isEmpty() && withoutId();
            }
            next++;
        }
        labels.skip(rows);
    }

    private boolean withoutId() {
        try {
            return JsonRow.read(lines.buffer(), lines.at(), lines.length(), options)
                            .id()
                    == null;
        } catch (BadRowException _) {
            return false;
        }
    }

    @Override
    public String name() {
        return lines.text().packed().name();
    }

    @Override
    public Format format() {
        return Format.JSONL;
    }

    @Override
    public OptionalLong rows() {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong dimension() {
        return OptionalLong.empty();
    }

    @Override
    public long offset() {
        return lines.text().packed().offset();
    }

    @Override
    public OptionalLong size() {
        return lines.text().packed().size();
    }

    @Override
    public void close() {
        try (labels) {
            lines.close();
        }
    }
}
