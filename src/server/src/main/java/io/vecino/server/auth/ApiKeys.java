package io.vecino.server.auth;

import io.vecino.model.EngineException;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a server, and who a presented one makes of the caller. Without keys everyone may do everything. Immutable.
 * What is presented comes as {@code Authorization: Bearer KEY} or {@code X-Api-Key: KEY}, in HTTP and in gRPC alike.
 */
public final class ApiKeys {
    private static final String BEARER = "bearer ";
    private static final ApiKeys NONE = new ApiKeys(List.of());

    private final List<Entry> entries;

    /** @param hash as bytes, which are compared in constant time */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a record, never handed out
    private record Entry(Caller caller, byte[] hash) {}

    private ApiKeys(List<ApiKey> keys) {
        this.entries = keys.stream()
                .map(key -> new Entry(key.caller(), HexFormat.of().parseHex(key.hash())))
                .toList();
    }

    /** No keys: everyone is {@link Caller#ANYONE}. */
    public static ApiKeys none() {
        return NONE;
    }

    /** @throws EngineException.InvalidArgument if there is none, or two have the same name */
    public static ApiKeys of(List<ApiKey> keys) {
        if (keys.isEmpty()) {
            throw new EngineException.InvalidArgument("keys", "at least one key", "none");
        }
        Set<String> names = new HashSet<>();
        for (ApiKey key : keys) {
            if (!names.add(key.caller().name())) {
                throw new EngineException.InvalidArgument(
                        "name", "each key's name once", key.caller().name() + " twice");
            }
        }
        return new ApiKeys(keys);
    }

    /** Whether callers need a key. */
    public boolean required() {
        return !entries.isEmpty();
    }

    /**
     * The caller who presents these headers; empty if a key is required and this is none of ours. Takes the same time
     * whichever key it is, and whether it is one.
     *
     * @param authorization value of {@code Authorization}; only {@code Bearer} counts
     * @param apiKey value of {@code X-Api-Key}; counts where there is no bearer
     */
    public Optional<Caller> caller(@Nullable String authorization, @Nullable String apiKey) {
        if (!required()) {
            return Optional.of(Caller.ANYONE);
        }
        byte[] presented = ApiKey.sha256(presented(authorization, apiKey));
        Caller found = null;
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.hash, presented)) {
                found = entry.caller;
            }
        }
        return Optional.ofNullable(found);
    }

    private static String presented(@Nullable String authorization, @Nullable String apiKey) {
        if (authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return authorization.substring(BEARER.length()).strip();
        }
        return apiKey == null ? "" : apiKey.strip();
    }

    @Override
    public String toString() {
        return entries.size() + " keys";
    }
}
