package io.vecino.server;

import io.vecino.model.EngineException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text in paths and queries (RFC 3986, section 2.1): UTF-8, {@code +} is a plus sign. */
final class PercentEncoding {
    private static final int RADIX = 16;

    private PercentEncoding() {}

    /**
     * Decodes.
     *
     * @param field what the text is, for the error
     * @throws EngineException.InvalidArgument for a percent sign without two hexadecimal digits, or bytes that are not
     *     UTF-8
     */
    static String decode(String field, String text) {
        byte[] bytes = new byte[text.length()];
        int length = 0;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '%') {
                bytes[length++] = (byte) (digit(field, text, at + 1) * RADIX + digit(field, text, at + 2));
                at += 3;
            } else if (c > ' ' && c < 0x7f) {
                bytes[length++] = (byte) c;
                at++;
            } else {
                throw new EngineException.InvalidArgument(
                        field, "ASCII, other characters percent-encoded", "character " + (int) c);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new EngineException.InvalidArgument(field, "percent-encoded UTF-8", text);
        }
    }

    private static int digit(String field, String text, int at) {
        int digit = at < text.length() ? Character.digit(text.charAt(at), RADIX) : -1;
        if (digit < 0) {
            throw new EngineException.InvalidArgument(field, "two hexadecimal digits after each %", text);
        }
        return digit;
    }
}
