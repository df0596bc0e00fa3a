package io.vecino.server.auth;

import io.vecino.model.EngineException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a request, and what they may do.
 *
 * @param name of the key, never the key
 * @param collections to which the scope is limited; empty for all
 */
public record Caller(String name, Scope scope, Set<String> collections) {
    /** Everyone, where no keys are configured. */
    public static final Caller ANYONE = new Caller("anyone", Scope.ADMIN, Set.of());

    private static final String COLLECTION = "[A-Za-z0-9_-]{1,64}";

    /** @throws EngineException.InvalidArgument for a collection that cannot exist */
    public Caller {
        for (String collection : collections) {
            if (!collection.matches(COLLECTION)) {
                throw new EngineException.InvalidArgument("collection", COLLECTION, collection);
            }
        }
        collections = Set.copyOf(collections);
    }

    /** Whether a collection exists for this caller, as far as the key goes. */
    public boolean sees(String collection) {
        return collections.isEmpty() || collections.contains(collection);
    }

    /**
     * Why an operation is not allowed; empty if it is.
     *
     * @param collection that it is about; null if about none or about all of them
     */
    public Optional<String> refusal(Scope needed, @Nullable String collection) {
        if (!scope.includes(needed)) {
            return Optional.of("scope: expected " + needed.id() + ", got " + scope.id() + " of key " + name);
        }
        if (collection != null && !sees(collection)) {
            return Optional.of("collection: expected one of key " + name + ", got " + collection);
        }
        return Optional.empty();
    }
}
