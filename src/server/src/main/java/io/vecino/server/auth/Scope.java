package io.vecino.server.auth;

import io.vecino.model.EngineException;
import java.util.Locale;

/** What a key allows; each includes the ones before it. */
public enum Scope {
    /** Search and read points, without their vectors. */
    READ,
    /** Also store, change and remove points. */
    WRITE,
    /** Also make, change and drop collections, take and restore snapshots, and read vectors. */
    ADMIN;

    /** As written in key files: {@code read}, {@code write}, {@code admin}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws EngineException.InvalidArgument for anything but an {@link #id} */
    public static Scope of(String id) {
        for (Scope scope : values()) {
            if (scope.id().equals(id)) {
                return scope;
            }
        }
        throw new EngineException.InvalidArgument("scope", "read, write or admin", id);
    }

    boolean includes(Scope other) {
        return compareTo(other) >= 0;
    }
}
