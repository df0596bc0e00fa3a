package io.vecino.loading.file;

import com.github.luben.zstd.Zstd;
import io.vecino.model.EngineException;
import io.vecino.model.Payload;
import io.vecino.model.PointId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Parquet: {@code id} as unsigned 64-bit integers, or as texts if the first id is no number; {@code vector} as a list of
 * float32; {@code payload} as JSON. Vectors are not packed, which would not make them smaller.
 */
final class ParquetPointWriter implements PointWriter {
    private static final long GROUP_BYTES = 64L << 20;

    private final NewFile file;
    private @Nullable Group group;
    private @Nullable ParquetFileWriter writer;
    private @Nullable MessageType schema;
    private boolean numeric;

    ParquetPointWriter(Path path) {
        this.file = new NewFile(path);
    }

    @Override
    public void write(PointId id, float[] vector, Payload payload) {
        try {
            if (writer == null) {
                start(id instanceof PointId.Numeric);
            }
            if (numeric != id instanceof PointId.Numeric) {
                throw new EngineException.InvalidArgument(
                        "id " + id, numeric ? "numbers only, as the first" : "no numbers, as the first", "the other");
            }
            Group current = group == null ? new Group(Objects.requireNonNull(schema)) : group;
            group = current;
            current.write(id, vector, payload);
            if (current.bytes >= GROUP_BYTES) {
                endGroup();
            }
        } catch (IOException e) {
            throw NewFile.failure(file.path(), e);
        }
    }

    private ParquetFileWriter start(boolean numbers) throws IOException {
        numeric = numbers;
        MessageType type = MessageTypeParser.parseMessageType(
                """
                message points {
                  required %s;
                  required group vector (LIST) { repeated group list { required float element; } }
                  optional binary payload (JSON);
                }""".formatted(numbers ? "int64 id (INTEGER(64,false))" : "binary id (STRING)"));
        ParquetFileWriter created = new ParquetFileWriter(
                new Output(file), type, ParquetFileWriter.Mode.CREATE, GROUP_BYTES, 0, 64, 64, true);
        created.start();
        schema = type;
        writer = created;
        return created;
    }

    private void endGroup() throws IOException {
        if (group != null && writer != null) {
            group.flush(writer);
            group = null;
        }
    }

    @Override
    public void finish() {
        try {
            ParquetFileWriter last = writer == null ? start(true) : writer;
            endGroup();
            last.end(Map.of());
        } catch (IOException e) {
            throw NewFile.failure(file.path(), e);
        }
        file.publish();
    }

    @Override
    public void close() {
        file.close();
    }

    /** Points that wait to become a row group. */
    private static final class Group {
        private final ColumnChunkPageWriteStore pages;
        private final ColumnWriteStore columns;
        private final RecordConsumer consumer;
        private long rows;
        private long bytes;

        Group(MessageType schema) {
            ParquetProperties properties =
                    ParquetProperties.builder().withDictionaryEncoding(false).build();
            pages = ColumnChunkPageWriteStore.builder()
                    .withCompressorProvider(Group::compressor)
                    .withSchema(schema)
                    .withAllocator(properties.getAllocator())
                    .withColumnIndexTruncateLength(64)
                    .withPageWriteChecksumEnabled(true)
                    .build();
            columns = properties.newColumnWriteStore(schema, pages);
            consumer = new ColumnIOFactory().getColumnIO(schema).getRecordWriter(columns);
        }

        private static BytesInputCompressor compressor(ColumnDescriptor column) {
            boolean pack = !column.getPath()[0].equals("vector");
            return new BytesInputCompressor() {
                @Override
                public BytesInput compress(BytesInput plain) throws IOException {
                    if (!pack) {
                        return plain;
                    }
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    plain.writeAllTo(bytes);
                    return BytesInput.from(Zstd.compress(bytes.toByteArray()));
                }

                @Override
                public CompressionCodecName getCodecName() {
                    return pack ? CompressionCodecName.ZSTD : CompressionCodecName.UNCOMPRESSED;
                }

                @Override
                public void release() {}
            };
        }

        void write(PointId id, float[] vector, Payload payload) {
            consumer.startMessage();
            consumer.startField("id", 0);
            if (id instanceof PointId.Numeric(long value)) {
                consumer.addLong(value);
            } else {
                consumer.addBinary(Binary.fromString(id.toString()));
            }
            consumer.endField("id", 0);
            vector(vector);
            if (!payload.fields().isEmpty()) {
                consumer.startField("payload", 2);
                byte[] json = json(payload);
                bytes += json.length;
                consumer.addBinary(Binary.fromConstantByteArray(json));
                consumer.endField("payload", 2);
            }
            consumer.endMessage();
            rows++;
            bytes += (long) vector.length * Float.BYTES + Long.BYTES;
        }

        private void vector(float[] vector) {
            consumer.startField("vector", 1);
            consumer.startGroup();
            if (vector.length > 0) {
                consumer.startField("list", 0);
                for (float value : vector) {
                    consumer.startGroup();
                    consumer.startField("element", 0);
                    consumer.addFloat(value);
                    consumer.endField("element", 0);
                    consumer.endGroup();
                }
                consumer.endField("list", 0);
            }
            consumer.endGroup();
            consumer.endField("vector", 1);
        }

        private static byte[] json(Payload payload) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (JsonGenerator json = JsonText.to(bytes)) {
                JsonText.payload(json, payload);
            }
            return bytes.toByteArray();
        }

        void flush(ParquetFileWriter writer) throws IOException {
            consumer.flush();
            writer.startBlock(rows);
            columns.flush();
            pages.flushToFileWriter(writer);
            writer.endBlock();
            columns.close();
            pages.close();
        }
    }

    private record Output(NewFile file) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSizeHint) {
            return new PositionOutputStream() {
                private long position;

                @Override
                public long getPos() {
                    return position;
                }

                @Override
                public void write(int value) {
                    file.write(value);
                    position++;
                }

                @Override
                public void write(byte[] bytes, int at, int count) {
                    file.write(bytes, at, count);
                    position += count;
                }
            };
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) {
            return create(blockSizeHint);
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }
}
