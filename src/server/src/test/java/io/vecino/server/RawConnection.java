package io.vecino.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A connection on which tests write what no HTTP client would. */
final class RawConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream in;

    /** @param headers by lower-case name */
    record Answer(int status, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    RawConnection(InetSocketAddress address) throws IOException {
        socket = new Socket();
        socket.setReceiveBufferSize(16 << 10);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(address);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Over a socket that is connected and perhaps encrypted. */
    RawConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    RawConnection write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Writes a request with a body and its length; single quotes stand for double ones. */
    RawConnection request(String method, String target, String body) throws IOException {
        String json = body.replace('\'', '"');
        return write(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + json.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + json);
    }

    /** Writes until the server takes no more; true if the connection broke. */
    boolean writeUntilRefused(byte[] part, int times) {
        try {
            for (int i = 0; i < times; i++) {
                socket.getOutputStream().write(part);
            }
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    /** Reads an answer that has no body whatever its headers say; returns the status line. */
    String readHead() throws IOException {
        String status = line();
        while (!line().isEmpty()) {}
        return status;
    }

    Answer read() throws IOException {
        String statusLine = line();
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int status = Integer.parseInt(statusLine.split(" ", -1)[1]);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            for (int size = chunk(); size > 0; size = chunk()) {
                body.write(exactly(size));
                line();
            }
            line();
        } else {
            body.write(exactly(Integer.parseInt(headers.getOrDefault("content-length", "0"))));
        }
        return new Answer(status, headers, body.toString(StandardCharsets.UTF_8));
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("the server closed the connection in the middle of a body");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the server closed the connection after \"" + line + "\"");
            }
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    /** Whether the server has closed, or does before long, with nothing more to say. */
    boolean closed() throws IOException {
        return in.read() < 0;
    }

    /** Reads all there is, up to the end of the connection. */
    long drain() {
        long total = 0;
        try {
            for (long n = in.skip(1 << 16); n > 0 || in.read() >= 0; n = in.skip(1 << 16)) {
                total += n;
            }
        } catch (IOException _) {
            return total;
        }
        return total;
    }

    /** Closes before the end of the test. */
    void hangUp() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        hangUp();
    }
}
