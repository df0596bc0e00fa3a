package io.vecino.model;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.UUID;
import java.util.regex.Pattern;

/** The user's name of a point: an unsigned 64-bit number, a UUID, or a UTF-8 string of 1 to 255 bytes. */
public sealed interface PointId extends Comparable<PointId> {
    /** Longest text id in UTF-8 bytes. */
    int MAX_TEXT_BYTES = 255;

    /** An unsigned 64-bit number. */
    record Numeric(long value) implements PointId {
        @Override
        public String toString() {
            return Long.toUnsignedString(value);
        }
    }

    /** A UUID; text in the canonical 36-character form is read as one. */
    record Uuid(UUID value) implements PointId {
        @Override
        public String toString() {
            return value.toString();
        }
    }

    /** Any other text. */
    record Text(String value) implements PointId {
        public Text {
            int bytes = value.getBytes(StandardCharsets.UTF_8).length;
            if (bytes == 0 || bytes > MAX_TEXT_BYTES) {
                throw new EngineException.InvalidArgument(
                        "id", "1 to " + MAX_TEXT_BYTES + " UTF-8 bytes", bytes + " bytes");
            }
        }

        @Override
        public String toString() {
            return value;
        }
    }

    /** A numeric id; the bits of {@code value} are read as unsigned. */
    static PointId of(long value) {
        return new Numeric(value);
    }

    /** A {@link Uuid} if the text is a canonical UUID, else a {@link Text}. */
    static PointId of(String text) {
        return Canonical.UUID_FORM.matcher(text).matches() ? new Uuid(UUID.fromString(text)) : new Text(text);
    }

    /** Numbers (unsigned) before UUIDs (by their bits, unsigned) before texts: the order of scrolling and storage. */
    @Override
    default int compareTo(PointId other) {
        return Canonical.ORDER.compare(this, other);
    }
}

final class Canonical {
    static final Pattern UUID_FORM =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    static final Comparator<PointId> ORDER = (a, b) -> switch (a) {
        case PointId.Numeric(long x) when b instanceof PointId.Numeric(long y) -> Long.compareUnsigned(x, y);
        case PointId.Uuid(UUID x)
        when b instanceof PointId.Uuid(UUID y) -> {
            int high = Long.compareUnsigned(x.getMostSignificantBits(), y.getMostSignificantBits());
            yield high != 0 ? high : Long.compareUnsigned(x.getLeastSignificantBits(), y.getLeastSignificantBits());
        }
        case PointId.Text(String x)
        when b instanceof PointId.Text(String y) ->
            java.util.Arrays.compareUnsigned(x.getBytes(StandardCharsets.UTF_8), y.getBytes(StandardCharsets.UTF_8));
        default -> Integer.compare(rank(a), rank(b));
    };

    private Canonical() {}

    private static int rank(PointId id) {
        return switch (id) {
            case PointId.Numeric _ -> 1;
            case PointId.Uuid _ -> 2;
            case PointId.Text _ -> 3;
        };
    }
}
