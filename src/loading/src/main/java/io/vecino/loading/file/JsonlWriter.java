package io.vecino.loading.file;

import com.github.luben.zstd.ZstdOutputStream;
import io.vecino.model.Payload;
import io.vecino.model.PointId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JsonGenerator;

/** A JSON object per line. */
final class JsonlWriter implements PointWriter {
    private static final int BUFFER = 1 << 16;

    private final NewFile file;
    private final OutputStream out;
    private final boolean withVector;

    JsonlWriter(Path path, boolean withVector) {
        this.file = new NewFile(path);
        this.withVector = withVector;
        try {
            String name = path.toString();
            this.out = name.endsWith(".gz")
                    ? new GZIPOutputStream(file, BUFFER)
                    : name.endsWith(".zst") ? new ZstdOutputStream(file).setCloseFrameOnFlush(true) : file;
        } catch (IOException e) {
            file.close();
            throw NewFile.failure(path, e);
        }
    }

    @Override
    public void write(PointId id, float[] vector, Payload payload) {
        try {
            try (JsonGenerator json = JsonText.to(out)) {
                json.writeStartObject();
                json.writeName("id");
                JsonText.id(json, id);
                if (withVector) {
                    json.writeName("vector");
                    json.writeStartArray();
                    for (float value : vector) {
                        json.writeNumber(value);
                    }
                    json.writeEndArray();
                }
                if (!payload.fields().isEmpty()) {
                    json.writeName("payload");
                    JsonText.payload(json, payload);
                }
                json.writeEndObject();
            }
            out.write('\n');
        } catch (IOException e) {
            throw NewFile.failure(file.path(), e);
        }
    }

    @Override
    public void finish() {
        try {
            switch (out) {
                case GZIPOutputStream packed -> packed.finish();
                case ZstdOutputStream packed -> packed.flush();
                default -> {}
            }
        } catch (IOException e) {
            throw NewFile.failure(file.path(), e);
        }
        file.publish();
    }

    @Override
    public void close() {
        file.close();
    }
}
