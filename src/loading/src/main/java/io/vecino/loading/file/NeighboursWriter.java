package io.vecino.loading.file;

import io.vecino.model.EngineException;
import io.vecino.model.PointId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/**
 * Writes what searches found, or the exact truth, in their order: JSON lines of ids and scores; an .npy of int64 or .ivecs of ids,
 * −1 where fewer than k were found. Has its name only once finished. For one thread.
 */
public final class NeighboursWriter implements AutoCloseable {
    private enum Form {
        JSONL,
        NPY,
        IVECS
    }

    private final NewFile file;
    private final Form form;
    private final int k;
    private long count;

    private NeighboursWriter(NewFile file, Form form, int k) {
        this.file = file;
        this.form = form;
        this.k = k;
        if (form == Form.NPY) {
            file.write(header().array(), 0, NpyHeader.BYTES);
        }
    }

    /**
     * Starts a file.
     *
     * @throws EngineException.InvalidArgument if its name ends otherwise than in {@code .jsonl}, {@code .npy} or {@code .ivecs}
     */
    public static NeighboursWriter create(Path path, int k) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        for (Form form : Form.values()) {
            if (name.endsWith("." + form.name().toLowerCase(Locale.ROOT))) {
                return new NeighboursWriter(new NewFile(path), form, k);
            }
        }
        throw new EngineException.InvalidArgument(
                path.toString(), "a name that ends in .jsonl, .npy or .ivecs", "another");
    }

    private ByteBuffer header() {
        return new NpyHeader("<i8", List.of(count, (long) k)).encode();
    }

    /** How many searches were written. */
    public long count() {
        return count;
    }

    /**
     * Appends what a search found.
     *
     * @throws EngineException.InvalidArgument if an id is no number that the form can hold
     */
    public void write(Neighbours found) {
        if (form == Form.JSONL) {
            json(found);
        } else {
            numbers(found);
        }
        count++;
    }

    private void json(Neighbours found) {
        try (JsonGenerator json = JsonText.to(file)) {
            json.writeStartObject();
            json.writeNumberProperty("query", count);
            json.writeArrayPropertyStart("ids");
            found.ids().forEach(id -> JsonText.id(json, id));
            json.writeEndArray();
            json.writeArrayPropertyStart("scores");
            found.scores().forEach(json::writeNumber);
            json.writeEndArray();
            json.writeEndObject();
        }
        file.write('\n');
    }

    private void numbers(Neighbours found) {
        boolean wide = form == Form.NPY;
        ByteBuffer row = ByteBuffer.allocate(Integer.BYTES + k * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (!wide) {
            row.putInt(k);
        }
        for (int i = 0; i < k; i++) {
            long id =
                    i < found.ids().size() ? number(found.ids().get(i), wide ? Long.MAX_VALUE : Integer.MAX_VALUE) : -1;
            if (wide) {
                row.putLong(id);
            } else {
                row.putInt((int) id);
            }
        }
        file.write(row.array(), 0, row.position());
    }

    private long number(PointId id, long most) {
        if (id instanceof PointId.Numeric(long value) && value >= 0 && value <= most) {
            return value;
        }
        throw new EngineException.InvalidArgument(file.path() + " id", "numbers up to " + most, id.toString());
    }

    /** Makes the file durable under its name. */
    public void finish() {
        if (form == Form.NPY) {
            file.rewrite(header());
        }
        file.publish();
    }

    @Override
    public void close() {
        file.close();
    }
}
