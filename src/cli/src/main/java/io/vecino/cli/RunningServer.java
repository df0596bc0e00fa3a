package io.vecino.cli;

import io.vecino.Engine;
import io.vecino.EngineConfig;
import io.vecino.server.ServerConfig;
import io.vecino.server.VecinoServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * A server on an engine of its own. It is closed, server before engine, by {@link #close} or when the process is asked
 * to end, whichever comes first; a temporary one leaves nothing on disk.
 */
final class RunningServer implements AutoCloseable {
    /** How long an interrupted temporary server lets calls in progress finish; its data is thrown away anyway. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Its transport writes down what any caller can cause. Held, because a logger that nobody holds forgets its level. */
    private static final Logger GRPC = Logger.getLogger("io.grpc");

    private final Path data;
    private final boolean temporary;
    private final Engine engine;
    private final VecinoServer server;
    private final String scheme;
    private final Thread hook = new Thread(this::endProcess, "vecino-shutdown");
    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile boolean idle;
    private boolean closed;

    private RunningServer(EngineConfig settings, boolean temporary, ServerConfig config) {
        GRPC.setLevel(Level.SEVERE);
        this.data = settings.directory();
        this.temporary = temporary;
        this.scheme = config.tls() == null ? "http://" : "https://";
        engine = Engine.open(settings);
        try {
            server = VecinoServer.start(engine, config);
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /** Serves a data directory. */
    static RunningServer on(EngineConfig settings, ServerConfig config) {
        return registered(new RunningServer(settings, false, config));
    }

    /** Serves a fresh directory on a free port of this machine, for as long as it is open. */
    static RunningServer temporary() throws IOException {
        Path data = Files.createTempDirectory("vecino-");
        try {
            return registered(new RunningServer(
                    EngineConfig.of(data), true, ServerConfig.defaults().withPort(0)));
        } catch (RuntimeException e) {
            deleteTree(data);
            throw e;
        }
    }

    private static RunningServer registered(RunningServer server) {
        Runtime.getRuntime().addShutdownHook(server.hook);
        return server;
    }

    Engine engine() {
        return engine;
    }

    /** Where data lies; of a temporary server also a place for other files that should go with it. */
    Path data() {
        return data;
    }

    URI address() {
        return URI.create(scheme + reachable(server.address()));
    }

    /** Host and port of gRPC; nothing if it is not served. */
    Optional<String> grpcAddress() {
        return server.grpcAddress().map(RunningServer::reachable);
    }

    private static String reachable(InetSocketAddress address) {
        String host = address.getAddress().isAnyLocalAddress()
                ? "127.0.0.1"
                : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Whether the process has been asked to end. */
    boolean askedToEnd() {
        return asked.getCount() == 0;
    }

    /** Serves until the process is asked to end, which then counts as done: exit code 0. */
    void untilAskedToEnd() throws InterruptedException {
        idle = true;
        asked.await();
        hook.join();
    }

    private void endProcess() {
        asked.countDown();
        if (temporary) {
            Thread closing = Thread.ofPlatform().daemon().start(this::closeOnce);
            try {
                closing.join(PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            deleteTree(data);
        } else {
            closeOnce();
        }
        if (idle) {
            Runtime.getRuntime().halt(0);
        }
    }

    @Override
    public void close() {
        if (!askedToEnd()) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        closeOnce();
        if (temporary) {
            deleteTree(data);
        }
    }

    private synchronized void closeOnce() {
        if (!closed) {
            closed = true;
            server.close();
            engine.close();
        }
    }

    private static void deleteTree(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (java.nio.file.NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
