package io.vecino.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PointIdTest {
    @Test
    void numbersAreUnsigned() {
        assertEquals("18446744073709551615", PointId.of(-1L).toString());
    }

    @Test
    void canonicalUuidsAreRecognisedInEitherCase() {
        assertInstanceOf(PointId.Uuid.class, PointId.of("0188E0A5-b4c8-7000-8000-000000000001"));
        assertInstanceOf(PointId.Text.class, PointId.of("0188E0A5b4c8700080000000000000001"));
    }

    @Test
    void textIsLimitedInBytesNotCharacters() {
        assertThrows(EngineException.InvalidArgument.class, () -> PointId.of(""));
        assertEquals(127, PointId.of("é".repeat(127)).toString().length());
        assertThrows(EngineException.InvalidArgument.class, () -> PointId.of("é".repeat(128)));
    }

    @Test
    void orderIsNumbersThenUuidsThenTextByBytes() {
        List<PointId> ordered = List.of(
                PointId.of(1),
                PointId.of(Long.MAX_VALUE),
                PointId.of(-1L),
                new PointId.Uuid(new UUID(1, 5)),
                new PointId.Uuid(new UUID(-1, 0)),
                PointId.of("a"),
                PointId.of("aa"),
                PointId.of("b"),
                PointId.of("é"));
        assertEquals(ordered, ordered.reversed().stream().sorted().toList());
    }
}
