package io.vecino.server.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyFileTest {
    private static final String HASH = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private Path file = Path.of("keys");

    @BeforeEach
    void name(@TempDir Path directory) {
        file = directory.resolve("keys");
    }

    @Test
    void givesBackTheKeysThatWereAdded() throws IOException {
        String secret = ApiKey.newSecret();
        ApiKey one = ApiKey.of("one", Scope.READ, Set.of("b", "a"), secret);
        ApiKey two = ApiKey.of("two", Scope.ADMIN, Set.of(), ApiKey.newSecret());
        KeyFile.append(file, one);
        KeyFile.append(file, two);
        assertEquals(List.of(one, two), KeyFile.read(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertFalse(Files.readString(file).contains(secret));
        assertTrue(Files.readString(file).startsWith("one read a,b "));
    }

    @Test
    void passesOverCommentsAndMissingLineEnds() throws IOException {
        Files.writeString(file, "# who\n\n  ci write * " + HASH);
        KeyFile.append(file, ApiKey.of("two", Scope.ADMIN, Set.of(), ApiKey.newSecret()));
        assertEquals(
                List.of("ci", "two"),
                KeyFile.read(file).stream().map(key -> key.caller().name()).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ci",
                "ci write *",
                "ci root * " + HASH,
                "ci write ../docs " + HASH,
                "ci write a,,b " + HASH,
                "ci write * 0123",
                "c\"i write * " + HASH,
                "ci write * " + HASH + " more"
            })
    void namesTheLineThatIsNotWellFormed(String line) throws IOException {
        Files.writeString(file, "ok read * " + HASH + "\n" + line + "\n");
        EngineException.InvalidArgument failure =
                assertThrows(EngineException.InvalidArgument.class, () -> KeyFile.read(file));
        assertTrue(failure.field().startsWith(file + " line 2"), failure.field());
        assertFalse(String.valueOf(failure.getMessage()).contains(HASH));
    }

    @Test
    void refusesASecondKeyOfTheSameName() {
        KeyFile.append(file, ApiKey.of("one", Scope.READ, Set.of(), ApiKey.newSecret()));
        ApiKey again = ApiKey.of("one", Scope.ADMIN, Set.of(), ApiKey.newSecret());
        assertThrows(EngineException.InvalidArgument.class, () -> KeyFile.append(file, again));
        assertEquals(1, KeyFile.read(file).size());
    }

    @Test
    void readsASecretThatIsAloneInItsFile() throws IOException {
        Files.writeString(file, "  abc\n\n");
        assertEquals("abc", KeyFile.secret(file));
        Files.writeString(file, "abc\ndef\n");
        assertThrows(EngineException.InvalidArgument.class, () -> KeyFile.secret(file));
        assertThrows(EngineException.InvalidArgument.class, () -> KeyFile.secret(file.resolveSibling("missing")));
    }
}
