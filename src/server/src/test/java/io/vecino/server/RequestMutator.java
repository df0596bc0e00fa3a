package io.vecino.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes what a client should not send: requests with something wrong somewhere, and no requests at all. */
final class RequestMutator {
    private static final String[] ODD_VALUES = {
        "NaN",
        "-Infinity",
        "1e999",
        "-0.0",
        "1e-999",
        "99999999999999999999999999",
        "-1",
        "null",
        "true",
        "\"\"",
        "\"\\ud800\"",
        "[]",
        "{}",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
        "\"AAAA\"",
        "{\"all\":[]}",
        "{\"not\":{\"not\":{\"field\":\"a\",\"exists\":true}}}",
        "2147483648",
        "0.1e1",
        "\"\\u0000\"",
        "tru",
        "'x'",
        "00",
        "[1,,2]"
    };
    private static final String[] ODD_HEADERS = {
        "Content-Length: -1",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 99999999999999999999",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 3",
        "Expect: 100-continue",
        "Expect: miracles",
        "Content-Encoding: gzip",
        "Content-Encoding: zstd",
        "Content-Encoding: br",
        "Accept-Encoding: zstd, gzip;q=0",
        "Connection: close",
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: ????",
        "Host: evil.example",
        "Origin: https://evil.example",
        "If-None-Match: *",
        "X-Request-Id: a\tb",
        "Authorization: Bearer " + "x".repeat(9_000),
        "X: " + "y".repeat(17_000),
        ": nothing",
        "No colon",
        " folded: yes",
        "Range: bytes=0-1",
        "traceparent: 00-zz-zz-01"
    };
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

    private final Random random;
    private final List<String[]> requests;

    /** @param requests well-formed ones: method, target, body */
    RequestMutator(Random random, List<String[]> requests) {
        this.random = random;
        this.requests = requests;
    }

    byte[] next() {
        return switch (random.nextInt(10)) {
            case 0 -> noise(1 + random.nextInt(400));
            case 1 -> frames();
            case 2 -> damaged(request(wellFormed(), ""));
            case 3 -> damaged(damaged(joined(request(wellFormed(), ""), request(wellFormed(), ""))));
            case 4 -> request(wellFormed(), ODD_HEADERS[random.nextInt(ODD_HEADERS.length)] + "\r\n");
            case 5 -> compressed();
            case 6 -> request(withOddTarget(wellFormed()), "");
            default -> request(withOddBody(wellFormed()), "");
        };
    }

    private String[] wellFormed() {
        return requests.get(random.nextInt(requests.size()));
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) (random.nextInt(8) == 0 ? '\n' : 32 + (bytes[i] & 63));
            }
        }
        return bytes;
    }

    /** What a client of HTTP/2 sends first, then frames of any type, length and content. */
    private byte[] frames() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(PREFACE);
        for (int frame = random.nextInt(6); frame > 0; frame--) {
            byte[] payload = noise(random.nextInt(64));
            int length = random.nextInt(8) == 0 ? random.nextInt(1 << 15) : payload.length;
            out.writeBytes(new byte[] {
                0,
                (byte) (length >> 8),
                (byte) length,
                (byte) random.nextInt(12),
                (byte) random.nextInt(64),
                0,
                0,
                0,
                (byte) random.nextInt(8)
            });
            out.writeBytes(payload);
        }
        return out.toByteArray();
    }

    private byte[] damaged(byte[] request) {
        byte[] bytes = request.clone();
        for (int i = 1 + random.nextInt(4); i > 0 && bytes.length > 2; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
                default -> bytes = joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at / 2, bytes.length));
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private byte[] request(String[] request, String more) {
        return request(request[0], request[1], more, request[2].getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] request(String method, String target, String more, byte[] body) {
        String head = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more
                + (more.contains("Content-Length") ? "" : "Content-Length: " + body.length + "\r\n") + "\r\n";
        return joined(head.getBytes(StandardCharsets.UTF_8), body);
    }

    private byte[] compressed() {
        ContentCoding coding = random.nextBoolean() ? ContentCoding.GZIP : ContentCoding.ZSTD;
        String[] request = withOddBody(wellFormed());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = coding.encoder(bytes)) {
            out.write(request[2].getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] body = random.nextBoolean() ? damaged(bytes.toByteArray()) : bytes.toByteArray();
        return request(request[0], request[1], "Content-Encoding: " + coding.id() + "\r\n", body);
    }

    private String[] withOddTarget(String[] request) {
        String target = request[1];
        int at = 1 + random.nextInt(target.length());
        String odd = switch (random.nextInt(6)) {
            case 0 -> "%zz";
            case 1 -> "/../..";
            case 2 -> "%00";
            case 3 -> "?" + "a=1&".repeat(random.nextInt(50));
            case 4 -> ":" + random.nextInt();
            default -> "x".repeat(random.nextInt(300));
        };
        return new String[] {request[0], target.substring(0, at) + odd + target.substring(at), request[2]};
    }

    /** Something of JSON's grammar in a place where it may or may not belong, or characters missing or doubled. */
    private String[] withOddBody(String[] request) {
        StringBuilder body = new StringBuilder(request[2]);
        for (int i = random.nextInt(3); i >= 0 && !body.isEmpty(); i--) {
            int at = random.nextInt(body.length());
            int end = Math.min(body.length(), at + 1 + random.nextInt(6));
            String odd = ODD_VALUES[random.nextInt(ODD_VALUES.length)];
            switch (random.nextInt(4)) {
                case 0 -> body.delete(at, end);
                case 1 -> body.insert(at, odd);
                case 2 -> body.insert(at, body.substring(at, end));
                default -> value(body, at, odd);
            }
        }
        return new String[] {request[0], request[1], body.toString()};
    }

    /** Puts another value behind the next colon or comma. */
    private static void value(StringBuilder body, int from, String odd) {
        int at = from;
        while (at < body.length() && body.charAt(at) != ':' && body.charAt(at) != ',') {
            at++;
        }
        int end = at + 1;
        while (end < body.length() && ",}]".indexOf(body.charAt(end)) < 0) {
            end++;
        }
        if (end <= body.length()) {
            body.replace(Math.min(at + 1, body.length()), end, odd);
        }
    }
}
