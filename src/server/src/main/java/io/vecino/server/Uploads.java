package io.vecino.server;

import io.vecino.loading.file.FileParts;
import io.vecino.model.EngineException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Files that are being sent in parts. The one that was not heard of longest is forgotten when there are too many. */
final class Uploads {
    private static final int MOST = 64;

    private final Map<String, Upload> open = new LinkedHashMap<>(MOST, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Upload> eldest) {
            return size() > MOST;
        }
    };

    /** How far a file has come; guarded by itself. */
    static final class Upload {
        private final FileParts parts;
        private long offset;
        private long stored;
        private long rejected;

        Upload(FileParts parts) {
            this.parts = parts;
        }

        FileParts parts() {
            return parts;
        }

        long offset() {
            return offset;
        }

        long stored() {
            return stored;
        }

        long rejected() {
            return rejected;
        }

        /** Notes a part that is stored. */
        void advance(FileParts.@Nullable Part part, long bytes, long newlyStored, long newlyRejected) {
            if (part != null) {
                parts.accept(part, newlyStored + newlyRejected);
            }
            offset += bytes;
            stored += newlyStored;
            rejected += newlyRejected;
        }
    }

    private static String key(String collection, String name) {
        return collection + "/" + name;
    }

    synchronized Optional<Upload> find(String collection, String name) {
        return Optional.ofNullable(open.get(key(collection, name)));
    }

    /**
     * The upload that a part belongs to; a part at offset 0 begins it.
     *
     * @throws EngineException.Conflict if there is none that has come so far
     */
    synchronized Upload at(String collection, String name, long offset, Supplier<FileParts> begun) {
        if (offset == 0) {
            Upload fresh = new Upload(begun.get());
            open.put(key(collection, name), fresh);
            return fresh;
        }
        Upload upload = open.get(key(collection, name));
        if (upload == null) {
            throw new EngineException.Conflict(
                    "upload " + name + " is not known: it never began or is forgotten; begin at Upload-Offset 0");
        }
        return upload;
    }

    synchronized void end(String collection, String name) {
        open.remove(key(collection, name));
    }
}
