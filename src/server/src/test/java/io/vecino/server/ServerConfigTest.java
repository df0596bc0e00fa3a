package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.EngineException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerConfigTest {
    private static ServerConfig on(String host, boolean insecure) {
        return ServerConfig.defaults().withHost(host).withInsecure(insecure);
    }

    @Test
    void listensOnLoopbackByDefault() {
        ServerConfig defaults = ServerConfig.defaults();
        assertTrue(defaults.bindAddress().isLoopbackAddress());
        assertEquals(7040, defaults.port());
        assertEquals(32 << 20, defaults.maxBodyBytes());
        assertEquals(Duration.ofSeconds(30), defaults.requestDeadline());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "localhost"})
    void acceptsEveryLoopbackAddress(String host) {
        assertTrue(on(host, false).bindAddress().isLoopbackAddress());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void refusesOtherAddressesUnlessInsecure(String host) {
        EngineException.InvalidArgument failure = assertThrows(
                EngineException.InvalidArgument.class, () -> on(host, false).bindAddress());
        assertEquals("host", failure.field());
        assertTrue(failure.expected().contains("--insecure"));
        assertEquals(host, failure.got());
        on(host, true).bindAddress();
    }

    @Test
    void refusesValuesOutOfTheirDomain() {
        ServerConfig defaults = ServerConfig.defaults();
        assertThrows(EngineException.InvalidArgument.class, () -> defaults.withPort(65_536));
        assertThrows(EngineException.InvalidArgument.class, () -> defaults.withMaxBodyBytes(1));
        assertThrows(EngineException.InvalidArgument.class, () -> defaults.withRequestDeadline(Duration.ZERO));
    }
}
