package io.vecino.payload;

import io.vecino.storage.CheckedFile;
import io.vecino.storage.DamagedFileException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/** What {@link FieldsWriter} wrote, mapped. Thread-safe until closed. */
public final class FieldsFile implements AutoCloseable {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final FieldSchema schema;
    private final CheckedFile file;
    private final List<FieldIndex> fields = new ArrayList<>();

    private FieldsFile(FieldSchema schema, CheckedFile file) {
        this.schema = schema;
        this.file = file;
    }

    /**
     * Opens the indexes of a schema.
     *
     * @param file owned by this object from here on, or closed if this fails
     * @throws DamagedFileException if it was written for another schema
     */
    public static FieldsFile open(FieldSchema schema, CheckedFile file) throws DamagedFileException {
        FieldsFile opened = new FieldsFile(schema, file);
        try {
            opened.read();
            return opened;
        } catch (IndexOutOfBoundsException | DamagedFileException e) {
            file.close();
            throw new DamagedFileException(file.path() + ": not the indexes of " + schema.size() + " fields", e);
        }
    }

    private void read() throws DamagedFileException {
        MemorySegment body = file.body();
        long end = body.byteSize() - Long.BYTES;
        long count = body.get(LONG, end);
        if (count != schema.size()) {
            throw new DamagedFileException("expected " + schema.size() + " fields, got " + count);
        }
        for (int i = 0; i < schema.size(); i++) {
            Cursor at = new Cursor(body, body.get(LONG, end - (count - i) * Long.BYTES));
            long type = at.next();
            if (type != FieldValue.code(schema.type(i))) {
                throw new DamagedFileException(schema.name(i) + ": expected type " + schema.type(i) + ", got " + type);
            }
            FieldOrdinals ordinals = new FieldOrdinals(at.bitmap(), at.bitmap(), at.bitmap());
            fields.add(
                    switch (schema.type(i)) {
                        case KEYWORD -> new KeywordIndex(body, at.position(), ordinals);
                        case INTEGER, FLOAT, BOOLEAN, DATETIME ->
                            new NumberIndex(schema.type(i), body, at.position(), ordinals);
                    });
        }
    }

    /** Reads a directory. */
    private static final class Cursor {
        private final MemorySegment body;
        private long at;

        Cursor(MemorySegment body, long at) {
            this.body = body;
            this.at = at;
        }

        long position() {
            return at;
        }

        long next() {
            long value = body.get(LONG, at);
            at += Long.BYTES;
            return value;
        }

        ImmutableRoaringBitmap bitmap() {
            long offset = next();
            return FieldsFile.bitmap(body, offset, next());
        }
    }

    static ImmutableRoaringBitmap bitmap(MemorySegment body, long offset, long length) {
        return new ImmutableRoaringBitmap(
                body.asSlice(offset, length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }

    /** The index of a field; null if it has none. */
    public @Nullable FieldIndex field(String path) {
        int position = schema.position(path);
        return position < 0 ? null : fields.get(position);
    }

    /** Mapped bytes. */
    public long bytes() {
        return file.body().byteSize();
    }

    @Override
    public void close() {
        file.close();
    }
}
