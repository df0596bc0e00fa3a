package io.vecino.server;

import io.vecino.Engine;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A server in a process of its own, which can be killed. */
final class ServerProcess implements AutoCloseable {
    private final Process process;
    private final URI uri;

    /** Starts and waits until requests are taken. */
    ServerProcess(Path directory) throws IOException {
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerProcess.class.getName(),
                        directory.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String port = lines.readLine();
        if (port == null) {
            throw new IOException("the server did not start");
        }
        uri = URI.create("http://127.0.0.1:" + port);
    }

    public static void main(String[] args) {
        Engine engine = Engine.open(Path.of(args[0]));
        VecinoServer server = VecinoServer.start(engine, ServerConfig.defaults().withPort(0));
        System.out.println(server.address().getPort());
    }

    URI uri(String target) {
        return uri.resolve(target);
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
