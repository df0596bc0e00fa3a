package io.vecino.server.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.EngineException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ApiKeysTest {
    private final String secret = ApiKey.newSecret();
    private final ApiKey key = ApiKey.of("ci", Scope.WRITE, Set.of("docs"), secret);
    private final ApiKeys keys = ApiKeys.of(List.of(key, ApiKey.of("ops", Scope.ADMIN, Set.of(), ApiKey.newSecret())));

    @Test
    void takesEveryoneForAnyoneWithoutKeys() {
        assertFalse(ApiKeys.none().required());
        assertEquals(Optional.of(Caller.ANYONE), ApiKeys.none().caller(null, null));
        assertTrue(Caller.ANYONE.refusal(Scope.ADMIN, "c").isEmpty());
    }

    @Test
    void knowsACallerByEitherHeader() {
        assertEquals(Optional.of(key.caller()), keys.caller("Bearer " + secret, null));
        assertEquals(Optional.of(key.caller()), keys.caller("bearer  " + secret + " ", null));
        assertEquals(Optional.of(key.caller()), keys.caller(null, secret));
        assertEquals(Optional.of(key.caller()), keys.caller("Basic abc", secret));
    }

    @Test
    void knowsNobodyByAnythingElse() {
        assertTrue(keys.required());
        assertEquals(Optional.empty(), keys.caller(null, null));
        assertEquals(Optional.empty(), keys.caller("", ""));
        assertEquals(Optional.empty(), keys.caller("Bearer " + ApiKey.newSecret(), secret));
        assertEquals(Optional.empty(), keys.caller("Bearer " + key.hash(), null));
        assertEquals(Optional.empty(), keys.caller(null, secret.substring(1)));
    }

    @Test
    void limitsACallerToScopeAndCollections() {
        Caller caller = key.caller();
        assertTrue(caller.refusal(Scope.READ, "docs").isEmpty());
        assertTrue(caller.refusal(Scope.WRITE, "docs").isEmpty());
        assertTrue(caller.refusal(Scope.WRITE, null).isEmpty());
        assertEquals(
                "scope: expected admin, got write of key ci",
                caller.refusal(Scope.ADMIN, "docs").orElse(""));
        assertEquals(
                "collection: expected one of key ci, got news",
                caller.refusal(Scope.READ, "news").orElse(""));
    }

    @Test
    void makesADifferentSecretOfEnoughBitsEachTime() {
        assertEquals(43, secret.length());
        assertNotEquals(secret, ApiKey.newSecret());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "secret", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde", "spaces in it"})
    void refusesSecretsThatCanBeGuessed(String weak) {
        assertThrows(EngineException.InvalidArgument.class, () -> ApiKey.of("ci", Scope.READ, Set.of(), weak));
    }

    @Test
    void refusesTwoKeysOfOneNameAndNone() {
        assertThrows(EngineException.InvalidArgument.class, () -> ApiKeys.of(List.of(key, key)));
        assertThrows(EngineException.InvalidArgument.class, () -> ApiKeys.of(List.of()));
    }

    @Test
    void keepsItsSecretToItself() {
        assertFalse((key + " " + keys + " " + keys.caller(null, secret)).contains(secret));
        assertFalse(key.toString().contains(key.hash()));
    }
}
