package io.vecino.payload;

import io.vecino.storage.CheckedFileWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * Collects the indexed fields of a segment and writes them. For one thread.
 *
 * <p>Body, little-endian, each part padded to 8. Per field: bitmaps (RoaringFormatSpec) of the ordinals with a value, with an
 * array, with a value of another type; for keywords the bitmaps of all terms, then the terms in UTF-8, else i64 keys, then i32
 * ordinals; a directory: i64 type, i64 offset and length of the three bitmaps, i64 number of terms or keys, then i64 offset
 * and length of each term's bitmap and of each term, or i64 offset of keys and of ordinals. At the end the i64 offset of each
 * directory, i64 number of fields.
 */
public final class FieldsWriter {
    private static final int BUFFER = 8192;

    private final FieldSchema schema;
    private final List<FieldBuilder> fields = new ArrayList<>();
    private int size;

    public FieldsWriter(FieldSchema schema) {
        this.schema = schema;
        for (int i = 0; i < schema.size(); i++) {
            fields.add(new FieldBuilder(schema.type(i)));
        }
    }

    /** Appends the values of the next ordinal, as {@link FieldSchema#extract} gives them. */
    public void add(@Nullable Object[] values) {
        for (int i = 0; i < fields.size(); i++) {
            fields.get(i).add(size, values[i]);
        }
        size++;
    }

    /** Writes everything; the caller finishes the file. */
    public void save(CheckedFileWriter file) {
        long[] directories = new long[fields.size()];
        for (int i = 0; i < directories.length; i++) {
            directories[i] = save(file, i);
        }
        longs(file, directories);
        longs(file, directories.length);
    }

    private long save(CheckedFileWriter file, int position) {
        FieldBuilder field = fields.get(position);
        List<Long> directory = new ArrayList<>();
        directory.add((long) FieldValue.code(schema.type(position)));
        bitmap(file, field.present(), directory);
        bitmap(file, field.arrays(), directory);
        bitmap(file, field.others(), directory);
        switch (schema.type(position)) {
            case KEYWORD -> terms(file, field.terms(), directory);
            case INTEGER, FLOAT, BOOLEAN, DATETIME -> numbers(file, field.numbers(), directory);
        }
        long at = file.length();
        longs(file, directory.stream().mapToLong(Long::longValue).toArray());
        return at;
    }

    private static void terms(CheckedFileWriter file, Map<String, MutableRoaringBitmap> terms, List<Long> directory) {
        directory.add((long) terms.size());
        List<Long> names = new ArrayList<>();
        terms.values().forEach(ordinals -> bitmap(file, ordinals, directory));
        for (String term : terms.keySet()) {
            byte[] utf8 = term.getBytes(StandardCharsets.UTF_8);
            names.add(file.length());
            names.add((long) utf8.length);
            file.write(ByteBuffer.wrap(utf8));
        }
        file.align(Long.BYTES);
        directory.addAll(names);
    }

    private static void numbers(CheckedFileWriter file, FieldBuilder.Numbers numbers, List<Long> directory) {
        directory.add((long) numbers.keys().length);
        directory.add(file.length());
        longs(file, numbers.keys());
        directory.add(file.length());
        ByteBuffer buffer = buffer();
        for (int ordinal : numbers.ordinals()) {
            if (!buffer.hasRemaining()) {
                drain(buffer, file);
            }
            buffer.putInt(ordinal);
        }
        drain(buffer, file);
        file.align(Long.BYTES);
    }

    private static void bitmap(CheckedFileWriter file, MutableRoaringBitmap bitmap, List<Long> directory) {
        bitmap.runOptimize();
        ByteBuffer bytes = ByteBuffer.allocate(bitmap.serializedSizeInBytes()).order(ByteOrder.LITTLE_ENDIAN);
        bitmap.serialize(bytes);
        directory.add(file.length());
        directory.add((long) bytes.position());
        file.write(bytes.flip());
        file.align(Long.BYTES);
    }

    private static void longs(CheckedFileWriter file, long... values) {
        ByteBuffer buffer = buffer();
        for (long value : values) {
            if (!buffer.hasRemaining()) {
                drain(buffer, file);
            }
            buffer.putLong(value);
        }
        drain(buffer, file);
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void drain(ByteBuffer buffer, CheckedFileWriter file) {
        file.write(buffer.flip());
        buffer.clear();
    }
}
