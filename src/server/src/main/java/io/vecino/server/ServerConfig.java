package io.vecino.server;

import io.vecino.model.EngineException;
import io.vecino.server.auth.ApiKeys;
import io.vecino.server.auth.TlsSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a server is started with.
 *
 * @param host name or address to listen on; a loopback one unless there are keys and TLS, or {@code insecure}
 * @param port 0 for any free one
 * @param grpcPort where gRPC is served, 0 for any free one; empty if it is not
 * @param maxBodyBytes longest request body or message accepted, at least 1 KiB
 * @param requestDeadline time for a request to arrive, and again for it to be answered
 * @param insecure whether to listen beyond loopback although callers are not both authenticated and encrypted
 * @param keys who may do what, on every port
 * @param tls null for plain text, on every port
 * @param corsOrigins web origins whose pages may call, such as {@code https://app.example}
 * @param slowSearch from which time on a search is written down
 */
public record ServerConfig(
        String host,
        int port,
        OptionalInt grpcPort,
        int maxBodyBytes,
        Duration requestDeadline,
        boolean insecure,
        ApiKeys keys,
        @Nullable TlsSettings tls,
        Set<String> corsOrigins,
        Duration slowSearch) {
    /** Where gRPC is served by convention. */
    public static final int GRPC_PORT = 7041;

    private static final int DEFAULT_PORT = 7040;
    private static final int DEFAULT_MAX_BODY = 32 << 20;
    private static final int MIN_BODY = 1 << 10;
    private static final int MAX_PORT = 65_535;
    private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(30);

    private static final Duration DEFAULT_SLOW = Duration.ofMillis(500);

    public ServerConfig {
        corsOrigins = Set.copyOf(corsOrigins);
        corsOrigins.forEach(ServerConfig::requireOrigin);
        if (port < 0 || port > MAX_PORT) {
            throw new EngineException.InvalidArgument("port", "0 to " + MAX_PORT, String.valueOf(port));
        }
        if (grpcPort.isPresent() && (grpcPort.getAsInt() < 0 || grpcPort.getAsInt() > MAX_PORT)) {
            throw new EngineException.InvalidArgument(
                    "grpcPort", "0 to " + MAX_PORT, String.valueOf(grpcPort.getAsInt()));
        }
        if (maxBodyBytes < MIN_BODY) {
            throw new EngineException.InvalidArgument(
                    "maxBodyBytes", "at least " + MIN_BODY, String.valueOf(maxBodyBytes));
        }
        if (!requestDeadline.isPositive()) {
            throw new EngineException.InvalidArgument(
                    "requestDeadline", "a positive duration", requestDeadline.toString());
        }
    }

    private static void requireOrigin(String origin) {
        if (!origin.matches("https?://[A-Za-z0-9.\\[\\]:-]+")) {
            throw new EngineException.InvalidArgument("corsOrigins", "origins such as https://app.example", origin);
        }
    }

    /** 127.0.0.1:7040 without gRPC, bodies of at most 32 MiB, 30 seconds per request, no keys, plain text. */
    public static ServerConfig defaults() {
        return new ServerConfig(
                "127.0.0.1",
                DEFAULT_PORT,
                OptionalInt.empty(),
                DEFAULT_MAX_BODY,
                DEFAULT_DEADLINE,
                false,
                ApiKeys.none(),
                null,
                Set.of(),
                DEFAULT_SLOW);
    }

    /** The same on another address. */
    public ServerConfig withHost(String other) {
        return new ServerConfig(
                other, port, grpcPort, maxBodyBytes, requestDeadline, insecure, keys, tls, corsOrigins, slowSearch);
    }

    /** The same on another port. */
    public ServerConfig withPort(int other) {
        return new ServerConfig(
                host, other, grpcPort, maxBodyBytes, requestDeadline, insecure, keys, tls, corsOrigins, slowSearch);
    }

    /** The same with gRPC on a port. */
    public ServerConfig withGrpcPort(int other) {
        return new ServerConfig(
                host,
                port,
                OptionalInt.of(other),
                maxBodyBytes,
                requestDeadline,
                insecure,
                keys,
                tls,
                corsOrigins,
                slowSearch);
    }

    /** The same with another limit of bodies. */
    public ServerConfig withMaxBodyBytes(int other) {
        return new ServerConfig(
                host, port, grpcPort, other, requestDeadline, insecure, keys, tls, corsOrigins, slowSearch);
    }

    /** The same with another deadline. */
    public ServerConfig withRequestDeadline(Duration other) {
        return new ServerConfig(
                host, port, grpcPort, maxBodyBytes, other, insecure, keys, tls, corsOrigins, slowSearch);
    }

    /** The same, listening wherever it is told to or not. */
    public ServerConfig withInsecure(boolean other) {
        return new ServerConfig(
                host, port, grpcPort, maxBodyBytes, requestDeadline, other, keys, tls, corsOrigins, slowSearch);
    }

    /** The same for callers with these keys. */
    public ServerConfig withKeys(ApiKeys other) {
        return new ServerConfig(
                host, port, grpcPort, maxBodyBytes, requestDeadline, insecure, other, tls, corsOrigins, slowSearch);
    }

    /** The same, encrypted. */
    public ServerConfig withTls(TlsSettings other) {
        return new ServerConfig(
                host, port, grpcPort, maxBodyBytes, requestDeadline, insecure, keys, other, corsOrigins, slowSearch);
    }

    /** The same for web pages of these origins too. */
    public ServerConfig withCorsOrigins(Set<String> other) {
        return new ServerConfig(
                host, port, grpcPort, maxBodyBytes, requestDeadline, insecure, keys, tls, other, slowSearch);
    }

    /** The same, writing down searches that take as long or longer. */
    public ServerConfig withSlowSearch(Duration other) {
        return new ServerConfig(
                host, port, grpcPort, maxBodyBytes, requestDeadline, insecure, keys, tls, corsOrigins, other);
    }

    /**
     * The address that every port binds.
     *
     * @throws EngineException.InvalidArgument if the host is unknown, or is not loopback and neither protected by keys and
     *     TLS nor insecure
     */
    InetAddress bindAddress() {
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException _) {
            throw new EngineException.InvalidArgument("host", "a host name or address of this machine", host);
        }
        if (!insecure && !address.isLoopbackAddress() && !(keys.required() && tls != null)) {
            throw new EngineException.InvalidArgument(
                    "host",
                    "a loopback address such as 127.0.0.1, or API keys and TLS, because requests would " + missing()
                            + " (--insecure listens elsewhere all the same)",
                    host);
        }
        return address;
    }

    private String missing() {
        if (keys.required()) {
            return "not be encrypted";
        }
        return tls == null ? "be neither authenticated nor encrypted" : "not be authenticated";
    }
}
