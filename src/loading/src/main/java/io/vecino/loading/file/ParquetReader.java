package io.vecino.loading.file;

import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Payload;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** Parquet: a vector is a list of numbers, an id a whole number, text or UUID, payload fields are columns of single values. */
final class ParquetReader implements PointReader {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int TAIL = 8;
    private static final int MOST_FOOTER = 128 << 20;
    private static final String PAYLOAD = "payload";

    private final Path path;
    private final ParquetMetadata metadata;
    private final Labels labels;
    private final ReadOptions options;
    private final ParquetColumn vector;
    private final @Nullable ParquetColumn id;
    private final List<ParquetColumn> payload = new ArrayList<>();
    private final long rows;
    private final long size;
    private @Nullable ParquetRows group;
    private int nextGroup;
    private long left;
    private long next;

    private ParquetReader(Path path, long size, ParquetMetadata metadata, ReadOptions options, Labels labels) {
        this.path = path;
        this.size = size;
        this.metadata = metadata;
        this.options = options;
        this.labels = labels;
        MessageType schema = metadata.getFileMetaData().getSchema();
        this.vector = vector(schema);
        this.id = options.ids().isPresent() ? null : id(schema);
        payload(schema);
        long count = 0;
        for (BlockMetaData block : metadata.getBlocks()) {
            if (block.getRowCount() < 0) {
                throw new EngineException.InvalidArgument(
                        path.toString(), "row groups of at least 0 rows", block.getRowCount() + " rows");
            }
            count += block.getRowCount();
            block.getColumns().forEach(column -> ParquetCodec.requireKnown(path.toString(), column.getCodec()));
        }
        this.rows = count;
    }

    static boolean recognises(byte[] head) {
        return head.length >= MAGIC.length
                && ByteBuffer.wrap(head, 0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    }

    static ParquetReader open(Path path, ReadOptions options, Labels labels) {
        try (ByteInput in = ByteInput.of(path)) {
            long size = in.size().orElse(0);
            if (size < MAGIC.length + TAIL) {
                throw in.wrong(0, "a Parquet file", size + " bytes in all");
            }
            in.pass(size - TAIL);
            ByteBuffer tail = ByteBuffer.wrap(in.take(TAIL, "a footer")).order(ByteOrder.LITTLE_ENDIAN);
            int length = tail.getInt();
            if (!tail.equals(ByteBuffer.wrap(MAGIC))) {
                throw in.wrong(size - MAGIC.length, "PAR1 at the end", "something else: the file is cut short");
            }
            if (length < 1 || length > Math.min(MOST_FOOTER, size - TAIL - MAGIC.length)) {
                throw in.wrong(size - TAIL, "a footer within the file", length + " bytes");
            }
            return new ParquetReader(path, size, footer(path, size - TAIL - length, length), options, labels);
        }
    }

    private static ParquetMetadata footer(Path path, long at, int length) {
        try (ByteInput in = ByteInput.of(path)) {
            in.pass(at);
            byte[] bytes = in.take(length, "a footer");
            return Hostile.call(
                    () -> path + " at byte " + at,
                    "a readable footer",
                    () -> new ParquetMetadataConverter()
                            .readParquetMetadata(new ByteArrayInputStream(bytes), ParquetMetadataConverter.NO_FILTER));
        }
    }

    private ParquetColumn vector(MessageType schema) {
        String name = options.vectorColumn();
        if (!schema.containsField(name)) {
            List<String> lists = schema.getFields().stream()
                    .filter(field -> numbers(schema, field) != null)
                    .map(Type::getName)
                    .toList();
            if (lists.size() != 1 || !name.equals(ReadOptions.DEFAULT.vectorColumn())) {
                throw new EngineException.InvalidArgument(
                        path.toString(), "a column " + name, "columns " + names(schema));
            }
            name = lists.getFirst();
        }
        ParquetColumn column = numbers(schema, schema.getType(name));
        if (column == null) {
            throw new EngineException.InvalidArgument(
                    path + " column " + name,
                    "lists of numbers",
                    schema.getType(name).toString());
        }
        return column;
    }

    private static String names(MessageType schema) {
        return String.join(", ", schema.getFields().stream().map(Type::getName).toList());
    }

    private List<ColumnDescriptor> leaves(MessageType schema, String field) {
        return schema.getColumns().stream()
                .filter(leaf -> leaf.getPath()[0].equals(field))
                .toList();
    }

    private @Nullable ParquetColumn numbers(MessageType schema, Type field) {
        List<ColumnDescriptor> leaves = leaves(schema, field.getName());
        if (leaves.size() != 1 || leaves.getFirst().getMaxRepetitionLevel() != 1) {
            return null;
        }
        try {
            ParquetColumn column = ParquetColumn.of(path.toString(), field.getName(), leaves.getFirst());
            return column.number() ? column : null;
        } catch (EngineException.InvalidArgument _) {
            return null;
        }
    }

    private ParquetColumn single(MessageType schema, String name) {
        if (!schema.containsField(name)) {
            throw new EngineException.InvalidArgument(path.toString(), "a column " + name, "columns " + names(schema));
        }
        List<ColumnDescriptor> leaves = leaves(schema, name);
        if (!schema.getType(name).isPrimitive() || leaves.getFirst().getMaxRepetitionLevel() != 0) {
            throw new EngineException.InvalidArgument(
                    path + " column " + name,
                    "single values",
                    schema.getType(name).toString());
        }
        return ParquetColumn.of(path.toString(), name, leaves.getFirst());
    }

    private @Nullable ParquetColumn id(MessageType schema) {
        String name = options.idColumn().orElse("id");
        if (options.idColumn().isEmpty() && !schema.containsField(name)) {
            return null;
        }
        ParquetColumn column = single(schema, name);
        return switch (column.kind()) {
            case INTEGER, UNSIGNED, TEXT, UUID -> column;
            default ->
                throw new EngineException.InvalidArgument(
                        path + " column " + name,
                        "whole numbers, texts or UUIDs",
                        column.kind().name());
        };
    }

    private void payload(MessageType schema) {
        for (Type field : schema.getFields()) {
            String name = field.getName();
            boolean other = !name.equals(vector.name()) && (id == null || !name.equals(id.name()));
            boolean own = name.equals(PAYLOAD)
                    && field.isPrimitive()
                    && single(schema, name).kind() == ParquetColumn.Kind.JSON;
            if (other && (own || options.takes(name))) {
                payload.add(single(schema, name));
            }
        }
        for (String name : options.payloadColumns()) {
            if (!name.equals(ReadOptions.ALL)) {
                ParquetColumn _ = single(schema, name);
            }
        }
    }

    @Override
    public @Nullable Row next() {
        while (left == 0) {
            closeGroup();
            if (nextGroup == metadata.getBlocks().size()) {
                labels.requireEnd(next);
                return null;
            }
            open(metadata.getBlocks().get(nextGroup++));
        }
        ParquetRows from = Objects.requireNonNull(group);
        left--;
        long number = next++;
        Labels.Found label = labels.next(number);
        return Hostile.call(from::where, "readable values of row " + number, () -> {
            List<@Nullable Object> fields = from.fields();
            Object given = id == null ? null : fields.removeFirst();
            try {
                float[] values = from.vector(CollectionConfig.MAX_DIMENSION);
                return switch (label) {
                    case Labels.Label(PointId beside, Payload besideIt) ->
                        new Row.Good(
                                number,
                                point(
                                        values,
                                        id == null ? beside : id(given, id.kind() == ParquetColumn.Kind.UNSIGNED),
                                        fields,
                                        besideIt));
                    case Labels.Unreadable(String reason) -> new Row.Bad(number, reason);
                };
            } catch (BadRowException e) {
                return new Row.Bad(number, e.reason());
            }
        });
    }

    private void open(BlockMetaData block) {
        List<ParquetColumn> columns = new ArrayList<>();
        if (id != null) {
            columns.add(id);
        }
        columns.addAll(payload);
        group = ParquetRows.open(path, metadata.getFileMetaData(), block, columns, vector);
        left = block.getRowCount();
    }

    private Point point(float[] values, PointId pointId, List<@Nullable Object> fields, Payload beside) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < payload.size(); i++) {
            ParquetColumn column = payload.get(i);
            Object value = fields.get(i);
            if (value instanceof String json
                    && column.kind() == ParquetColumn.Kind.JSON
                    && column.name().equals(PAYLOAD)) {
                byte[] text = ("{\"payload\":" + json + "}").getBytes(StandardCharsets.UTF_8);
                map.putAll(
                        JsonRow.read(text, 0, text.length, ReadOptions.DEFAULT).payload());
            } else if (value != null) {
                map.put(column.name(), value instanceof UUID ? value.toString() : value);
            }
        }
        return new Point(pointId, values, Payloads.of(map, beside));
    }

    private static PointId id(@Nullable Object value, boolean unsigned) {
        try {
            return switch (value) {
                case Long number when number >= 0 || unsigned -> PointId.of(number);
                case String text -> PointId.of(text);
                case UUID uuid -> new PointId.Uuid(uuid);
                case null, default ->
                    throw new BadRowException(
                            "id", "an unsigned 64-bit integer, a text or a UUID", String.valueOf(value));
            };
        } catch (EngineException.InvalidArgument e) {
            throw new BadRowException(e.field(), e.expected(), e.got());
        }
    }

    @Override
    public void skip(long count) {
        long wanted = count;
        while (wanted > 0) {
            if (left == 0) {
                closeGroup();
                if (nextGroup == metadata.getBlocks().size()) {
                    break;
                }
                BlockMetaData block = metadata.getBlocks().get(nextGroup);
                if (block.getRowCount() <= wanted) {
                    wanted -= block.getRowCount();
                    next += block.getRowCount();
                    nextGroup++;
                    continue;
                }
                nextGroup++;
                open(block);
            }
            ParquetRows from = Objects.requireNonNull(group);
            Hostile.call(from::where, "readable values", () -> {
                from.skip();
                return next;
            });
            left--;
            next++;
            wanted--;
        }
        labels.skip(count);
    }

    private void closeGroup() {
        if (group != null) {
            group.close();
            group = null;
        }
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public Format format() {
        return Format.PARQUET;
    }

    @Override
    public OptionalLong rows() {
        return OptionalLong.of(rows);
    }

    @Override
    public OptionalLong dimension() {
        return OptionalLong.empty();
    }

    @Override
    public long offset() {
        return rows == 0 ? size : (long) ((double) next / rows * size);
    }

    @Override
    public OptionalLong size() {
        return OptionalLong.of(size);
    }

    @Override
    public void close() {
        try (labels) {
            closeGroup();
        }
    }
}
