package io.vecino.collection;

import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.IndexSpec;
import io.vecino.model.Pipeline;
import io.vecino.storage.PointStore;
import java.nio.charset.StandardCharsets;

/** How segments to come are encoded. Stored, once it was changed, as two lines of UTF-8. */
record Encoding(Pipeline pipeline, IndexSpec index) {
    static final String META = "encoding";

    /** What a collection has now: what it was changed to, or what it was created with. */
    static Encoding of(PointStore store) {
        CollectionConfig created = store.config();
        return store.meta(META).map(Encoding::decode).orElse(new Encoding(created.pipeline(), created.index()));
    }

    /**
     * A collection's configuration with this encoding.
     *
     * @throws EngineException.InvalidArgument if the two do not fit each other or the dimension
     */
    CollectionConfig in(CollectionConfig created) {
        return created.with(pipeline, index);
    }

    byte[] encode() {
        return (pipeline + "\n" + index).getBytes(StandardCharsets.UTF_8);
    }

    static Encoding decode(byte[] bytes) {
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
        if (lines.length != 2) {
            throw new EngineException.StorageFailure("damaged encoding of " + bytes.length + " bytes", null);
        }
        return new Encoding(Pipeline.parse(lines[0]), IndexSpec.parse(lines[1]));
    }
}
