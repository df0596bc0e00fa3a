package io.vecino.server;

import org.jspecify.annotations.Nullable;

/** {@code {"name"?}} for a new snapshot, {@code {"collection"?, "replace"?}} for one to restore; each may be missing. */
final class SnapshotBody {
    private @Nullable String name;
    private @Nullable String collection;
    private boolean replace;

    private SnapshotBody() {}

    /** @param name null if one is to be made up */
    record New(@Nullable String name) {}

    /** @param collection null for the one that the snapshot is of */
    record Restore(@Nullable String collection, boolean replace) {}

    static New readNew(Request request) {
        SnapshotBody body = new SnapshotBody();
        if (request.body().length() > 0) {
            request.json().document(in -> {
                in.object(field -> {
                    boolean known = field.equals("name");
                    if (known) {
                        body.name = in.text();
                    }
                    return known;
                });
                return true;
            });
        }
        return new New(body.name);
    }

    static Restore readRestore(Request request) {
        SnapshotBody body = new SnapshotBody();
        if (request.body().length() > 0) {
            request.json().document(in -> {
                in.object(field -> body.restoreField(in, field));
                return true;
            });
        }
        return new Restore(body.collection, body.replace);
    }

    private boolean restoreField(JsonInput in, String field) {
        switch (field) {
            case "collection" -> collection = in.text();
            case "replace" -> replace = in.flag();
            default -> {
                return false;
            }
        }
        return true;
    }
}
