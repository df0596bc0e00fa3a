package io.vecino.server;

import io.vecino.model.EngineException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * What a server is started with.
 *
 * @param host name or address to listen on; a loopback one unless {@code insecure}
 * @param port 0 for any free one
 * @param maxBodyBytes longest request body accepted, at least 1 KiB
 * @param requestDeadline time for a request to arrive, and again for it to be answered
 * @param insecure whether to listen beyond loopback although callers are neither authenticated nor encrypted
 */
public record ServerConfig(String host, int port, int maxBodyBytes, Duration requestDeadline, boolean insecure) {
    private static final int DEFAULT_PORT = 7040;
    private static final int DEFAULT_MAX_BODY = 32 << 20;
    private static final int MIN_BODY = 1 << 10;
    private static final int MAX_PORT = 65_535;
    private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(30);

    public ServerConfig {
        if (port < 0 || port > MAX_PORT) {
            throw new EngineException.InvalidArgument("port", "0 to " + MAX_PORT, String.valueOf(port));
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

    /** 127.0.0.1:7040, bodies of at most 32 MiB, 30 seconds per request. */
    public static ServerConfig defaults() {
        return new ServerConfig("127.0.0.1", DEFAULT_PORT, DEFAULT_MAX_BODY, DEFAULT_DEADLINE, false);
    }

    /** The same on another port. */
    public ServerConfig withPort(int other) {
        return new ServerConfig(host, other, maxBodyBytes, requestDeadline, insecure);
    }

    /**
     * The address to bind.
     *
     * @throws EngineException.InvalidArgument if the host is unknown, or is not loopback and this is not insecure
     */
    InetAddress bindAddress() {
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException _) {
            throw new EngineException.InvalidArgument("host", "a host name or address of this machine", host);
        }
        if (!insecure && !address.isLoopbackAddress()) {
            throw new EngineException.InvalidArgument(
                    "host",
                    "a loopback address such as 127.0.0.1, because requests are neither authenticated nor encrypted"
                            + " (--insecure listens elsewhere all the same)",
                    host);
        }
        return address;
    }
}
