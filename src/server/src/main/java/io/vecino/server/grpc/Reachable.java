package io.vecino.server.grpc;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.server.auth.Caller;
import io.vecino.server.auth.Scope;

/** The engine as far as the key of the current call reaches. What it does not reach is refused before anything is done. */
final class Reachable {
    private final Engine engine;

    Reachable(Engine engine) {
        this.engine = engine;
    }

    /** For what concerns no collection, or one whose name was {@link #require}d. */
    Engine engine() {
        return engine;
    }

    EngineCollection collection(String name) {
        require(name);
        return engine.collection(name);
    }

    /** A collection that need not exist. */
    void require(String collection) {
        CallTrace.CURRENT.get().subject(collection);
        require(Scope.READ, collection);
    }

    /** Stored vectors give away the texts they were made of: they need the admin scope. */
    void requireVectors(boolean wanted, String collection) {
        if (wanted) {
            require(Scope.ADMIN, collection);
        }
    }

    private static void require(Scope scope, String collection) {
        caller().refusal(scope, collection).ifPresent(reason -> {
            Statuses.Ending ending = Statuses.forbidden(reason);
            throw ending.status().asRuntimeException(ending.trailers());
        });
    }

    static Caller caller() {
        return CallTrace.CURRENT.get().caller();
    }
}
