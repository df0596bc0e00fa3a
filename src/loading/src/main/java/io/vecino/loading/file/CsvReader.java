package io.vecino.loading.file;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Payload;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * RFC 4180 with a header. The vector is a cell such as {@code [0.1, 0.2]}, {@code 0.1 0.2} or {@code 0.1;0.2}; payload fields
 * are whole numbers, numbers, {@code true}, {@code false} or texts, by what they look like; an empty cell is no field.
 */
final class CsvReader implements PointReader {
    private static final int LONGEST_FIELD = 1 << 20;

    private final Unpacking text;
    private final Iterator<CsvRecord> records;
    private final List<String> columns;
    private final ReadOptions options;
    private final Labels labels;
    private final int idColumn;
    private final int vectorColumn;
    private long next;

    CsvReader(Unpacking text, ReadOptions options, Labels labels) {
        this.text = text;
        this.options = options;
        this.labels = labels;
        this.records = de.siegmar.fastcsv.reader.CsvReader.builder()
                .commentStrategy(CommentStrategy.NONE)
                .maxBufferSize(4 * LONGEST_FIELD)
                .ofCsvRecord(new InputStreamReader(text.stream(), StandardCharsets.UTF_8))
                .iterator();
        this.columns = header();
        this.vectorColumn = required(options.vectorColumn());
        this.idColumn = options.ids().isPresent()
                ? -1
                : options.idColumn().map(this::required).orElse(columns.indexOf("id"));
        for (String column : options.payloadColumns()) {
            if (!column.equals(ReadOptions.ALL)) {
                int _ = required(column);
            }
        }
    }

    private List<String> header() {
        CsvRecord header = read();
        if (header == null) {
            throw text.packed().wrong(0, "a header with names of columns", "an empty file");
        }
        return List.copyOf(header.getFields());
    }

    private @Nullable CsvRecord read() {
        try {
            return records.hasNext() ? records.next() : null;
        } catch (CsvParseException e) {
            throw text.packed().wrong(text.packed().offset(), "well-formed CSV", String.valueOf(e.getMessage()));
        }
    }

    private int required(String column) {
        int at = columns.indexOf(column);
        if (at < 0) {
            throw text.packed().wrong(0, "a column " + column, String.join(", ", columns));
        }
        return at;
    }

    @Override
    public @Nullable Row next() {
        CsvRecord record = read();
        if (record == null) {
            labels.requireEnd(next);
            return null;
        }
        long number = next++;
        Labels.Found label = labels.next(number);
        try {
            if (record.getFieldCount() != columns.size()) {
                throw new BadRowException("row", columns.size() + " fields", String.valueOf(record.getFieldCount()));
            }
            float[] vector = vector(record.getField(vectorColumn));
            Payload payload = payload(record);
            return switch (label) {
                case Labels.Label(PointId id, Payload beside) ->
                    new Row.Good(
                            number,
                            new Point(
                                    idColumn < 0 ? id : SidecarLabels.id(record.getField(idColumn)),
                                    vector,
                                    payload.fields().isEmpty() ? beside : payload));
                case Labels.Unreadable(String reason) -> new Row.Bad(number, reason);
            };
        } catch (BadRowException e) {
            return new Row.Bad(number, e.reason());
        } catch (EngineException.InvalidArgument e) {
            return new Row.Bad(number, String.valueOf(e.getMessage()));
        }
    }

    private static float[] vector(String cell) {
        StringTokenizer values = new StringTokenizer(cell, "[]();, \t\r\n");
        float[] vector = new float[Math.min(values.countTokens(), CollectionConfig.MAX_DIMENSION + 1)];
        for (int i = 0; i < vector.length; i++) {
            String token = values.nextToken();
            try {
                vector[i] = Float.parseFloat(token);
            } catch (NumberFormatException e) {
                throw new BadRowException("vector[" + i + "]", "a number", token);
            }
        }
        return Arrays.copyOf(vector, vector.length);
    }

    private Payload payload(CsvRecord record) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            if (i != idColumn && i != vectorColumn && options.takes(columns.get(i))) {
                String cell = record.getField(i);
                if (!cell.isEmpty()) {
                    fields.put(columns.get(i), value(cell));
                }
            }
        }
        return Payloads.of(fields, Payload.EMPTY);
    }

    private static Object value(String cell) {
        if (cell.equals("true") || cell.equals("false")) {
            return cell.equals("true");
        }
        char first = cell.charAt(0);
        if ((first >= '0' && first <= '9') || first == '-') {
            try {
                return Long.valueOf(cell);
            } catch (NumberFormatException _) {
                return real(cell);
            }
        }
        return cell;
    }

    private static Object real(String cell) {
        try {
            double value = Double.parseDouble(cell);
            return Double.isFinite(value) && Character.isDigit(cell.charAt(cell.length() - 1)) ? (Object) value : cell;
        } catch (NumberFormatException _) {
            return cell;
        }
    }

    @Override
    public void skip(long rows) {
        for (long i = 0; i < rows && read() != null; i++) {
            next++;
        }
        labels.skip(rows);
    }

    @Override
    public String name() {
        return text.packed().name();
    }

    @Override
    public Format format() {
        return Format.CSV;
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
        return text.packed().offset();
    }

    @Override
    public OptionalLong size() {
        return text.packed().size();
    }

    @Override
    public void close() {
        try (labels) {
            text.close();
        }
    }
}
