package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.EngineException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ErrorResponseTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new EngineException.InvalidArgument("k", "1", "0"), 400, "invalid_argument"),
                Arguments.of(new EngineException.NotFound("point", "7"), 404, "not_found"),
                Arguments.of(new EngineException.Conflict("taken"), 409, "conflict"),
                Arguments.of(new EngineException.Unavailable("closing"), 503, "unavailable"),
                Arguments.of(new EngineException.ResourceExhausted("disk full", null), 507, "resource_exhausted"),
                Arguments.of(new EngineException.StorageFailure("/data/x damaged", null), 500, "internal"),
                Arguments.of(new IllegalStateException("/data/x"), 500, "internal"),
                Arguments.of(new OutOfMemoryError("/data/x"), 500, "internal"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void givesEachFailureItsStatus(Throwable failure, int status, String code) {
        ErrorResponse response = ErrorResponse.of(failure, "r1");
        assertEquals(status, response.status());
        assertEquals(code, response.code());
        assertEquals(status == 503, response.headers().containsKey("Retry-After"));
    }

    @Test
    void keepsInternalsToItself() {
        ErrorResponse response = ErrorResponse.of(new EngineException.StorageFailure("/data/x damaged", null), "r1");
        assertFalse(response.message().contains("/data"));
        assertTrue(response.message().contains("r1"));
    }

    @Test
    void tellsWhichMethodsAreAllowed() {
        HttpFailure failure = new HttpFailure.MethodNotAllowed("PATCH", "/x", List.of("GET", "PUT"));
        assertEquals(
                Map.of("Allow", "GET, PUT"), ErrorResponse.of(failure, "r1").headers());
    }
}
