package io.vecino.server.grpc;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;

/** Frames of HTTP/2 (RFC 9113) by hand, headers as literals (RFC 7541, section 6.2.2). */
final class Http2Bytes {
    private static final int HEADERS = 1;
    private static final int DATA = 0;
    private static final int SETTINGS = 4;
    private static final int FRAME_TYPES = 12;

    private Http2Bytes() {}

    /** What a client begins with, and empty settings. */
    static byte[] preface() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
        return out.toByteArray();
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** A whole connection with one unary call. */
    static byte[] call(String method, byte[] message) {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        Map.of(
                        ":method", "POST",
                        ":scheme", "http",
                        ":path", "/" + method,
                        ":authority", "localhost",
                        "te", "trailers",
                        "content-type", "application/grpc")
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> {
                    headers.write(0);
                    literal(headers, entry.getKey());
                    literal(headers, entry.getValue());
                });
        byte[] framed = ByteBuffer.allocate(5 + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(preface());
        out.writeBytes(frame(HEADERS, 4, 1, headers.toByteArray()));
        out.writeBytes(frame(DATA, 1, 1, framed));
        return out.toByteArray();
    }

    private static void literal(ByteArrayOutputStream out, String text) {
        out.write(text.length());
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Well-formed frames of any type with any content. */
    static byte[] randomFrames(Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int count = 1 + random.nextInt(20); count > 0; count--) {
            byte[] payload = new byte[random.nextInt(64)];
            random.nextBytes(payload);
            out.writeBytes(frame(random.nextInt(FRAME_TYPES), random.nextInt(256), random.nextInt(8), payload));
        }
        return out.toByteArray();
    }
}
