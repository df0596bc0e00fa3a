package io.vecino.bench.serve;

import io.vecino.Engine;
import io.vecino.EngineConfig;
import io.vecino.server.ServerConfig;
import io.vecino.server.VecinoServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server of a directory in a process of its own, which ends with this one. */
public final class ServerChild implements AutoCloseable {
    private static final long END_SECONDS = 30;

    private final Process process;
    private final int restPort;
    private final int grpcPort;

    /** Starts it; returns when it takes calls. */
    public ServerChild(Path directory) {
        try {
            process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ServerChild.class.getName(),
                            directory.toString()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
            restPort = port(lines.readLine());
            grpcPort = port(lines.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int port(@org.jspecify.annotations.Nullable String line) throws IOException {
        if (line == null) {
            throw new IOException("the server did not start");
        }
        return Integer.parseInt(line);
    }

    /** Serves a directory until standard input ends. */
    @SuppressWarnings("PMD.SystemPrintln") // the parent reads the ports there
    public static void main(String[] arguments) throws IOException {
        ServerConfig config = ServerConfig.defaults().withPort(0).withGrpcPort(0);
        try (Engine engine = Engine.open(EngineConfig.of(Path.of(arguments[0])));
                VecinoServer server = VecinoServer.start(engine, config);
                InputStream parent = System.in) {
            System.out.println(server.address().getPort());
            System.out.println(server.grpcAddress().orElseThrow().getPort());
            while (parent.read() >= 0) {
                // Nothing is said on it.
            }
        }
    }

    public String restUrl() {
        return "http://127.0.0.1:" + restPort;
    }

    public int grpcPort() {
        return grpcPort;
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
