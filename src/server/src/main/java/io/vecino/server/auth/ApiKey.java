package io.vecino.server.auth;

import io.vecino.model.EngineException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;

/**
 * A key as the server knows it. The secret itself has at least 256 random bits, so its plain SHA-256 cannot be reversed by
 * trying.
 *
 * @param hash SHA-256 of the secret's characters, in lower-case hexadecimal
 */
public record ApiKey(Caller caller, String hash) {
    private static final String NAME = "[A-Za-z0-9_.-]{1,64}";
    private static final String HASH = "[0-9a-f]{64}";
    private static final int SECRET_BYTES = 32;
    private static final int MIN_BASE64 = 43;
    private static final int MIN_HEX = 64;

    /** @throws EngineException.InvalidArgument for a name or a hash that is not well-formed */
    public ApiKey {
        if (!caller.name().matches(NAME)) {
            throw new EngineException.InvalidArgument("name", NAME, caller.name());
        }
        if (!hash.matches(HASH)) {
            throw new EngineException.InvalidArgument("hash", "64 hexadecimal digits", hash.length() + " characters");
        }
    }

    /** A fresh secret of 256 random bits in base64url. */
    public static String newSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * The key of a secret.
     *
     * @param collections to which it is limited; empty for all
     * @throws EngineException.InvalidArgument for a secret that is too short to have 256 random bits
     */
    public static ApiKey of(String name, Scope scope, Set<String> collections, String secret) {
        boolean hex = secret.matches("[0-9a-fA-F]+");
        boolean base64 = secret.matches("[A-Za-z0-9_+/=-]+");
        if (!base64 || secret.length() < (hex ? MIN_HEX : MIN_BASE64)) {
            throw new EngineException.InvalidArgument(
                    "key",
                    "256 random bits: at least " + MIN_BASE64 + " characters of base64 or " + MIN_HEX
                            + " hexadecimal digits",
                    secret.length() + " characters");
        }
        return new ApiKey(new Caller(name, scope, collections), HexFormat.of().formatHex(sha256(secret)));
    }

    static byte[] sha256(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "ApiKey[" + caller + "]";
    }
}
