package io.vecino.server.grpc;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.handler.ssl.SslProvider;
import io.vecino.Engine;
import io.vecino.server.auth.ApiKeys;
import io.vecino.server.auth.AuditLog;
import io.vecino.server.auth.Scope;
import io.vecino.server.observe.Metrics;
import io.vecino.server.observe.Searches;
import io.vecino.server.observe.Searches.Searched;
import io.vecino.server.work.LongWork;
import io.vecino.server.work.SearchQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** gRPC around one engine, which stays the caller's to close. Thread-safe. */
public final class GrpcServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcServer.class);
    static final String PROTOCOL = "grpc";
    private static final int BACKLOG = 1024;
    private static final int HEADER_BYTES = 16 << 10;
    private static final int WINDOW = 1 << 20;
    private static final int CALLS_PER_CONNECTION = 256;
    private static final long SHORTEST_KEEPALIVE_SECONDS = 10;
    private static final long KEEPALIVE_SECONDS = 60;
    private static final long KEEPALIVE_PATIENCE_SECONDS = 20;
    private static final long IDLE_MINUTES = 10;

    private final GrpcSettings settings;
    private final OpenCalls calls;
    private final ConnectionLimit connections;
    private final HealthStatusManager health = new HealthStatusManager();
    private final SearchQueue<Searched> queue;
    private final Server server;

    private GrpcServer(Shared shared, GrpcSettings settings, Transport transport) {
        this.settings = settings;
        Reachable engine = new Reachable(shared.engine());
        this.queue =
                new SearchQueue<>(shared.searches()::run, Runtime.getRuntime().availableProcessors(), settings.calls());
        List<Rpc.Service> rooms = new ArrayList<>();
        rooms.add(CollectionMethods.service(engine, shared.work()));
        rooms.add(PointMethods.service(engine, new SearchMethods(engine, shared.searches(), queue)));
        rooms.addAll(JobMethods.services(engine, shared.work()));
        Map<String, Scope> scopes = new HashMap<>();
        rooms.forEach(room -> scopes.putAll(room.scopes()));
        List<ServerServiceDefinition> services =
                new ArrayList<>(rooms.stream().map(Rpc.Service::definition).toList());
        services.add(health.getHealthService().bindService());
        services.add(ProtoReflectionServiceV1.newInstance().bindService());
        this.calls = new OpenCalls(settings, streaming(services));
        this.connections = new ConnectionLimit(settings.connections());
        gauges(shared.metrics());
        NettyServerBuilder builder = NettyServerBuilder.forAddress(settings.address())
                .bossEventLoopGroup(transport.loops())
                .workerEventLoopGroup(transport.loops())
                .channelFactory(limited(transport.channel()))
                .executor(transport.executor())
                .addServices(services)
                .intercept(new CallGuard(calls, shared.keys(), shared.audit(), shared.metrics(), scopes))
                .addStreamTracerFactory(calls)
                .maxInboundMessageSize(settings.maxMessageBytes())
                .maxInboundMetadataSize(HEADER_BYTES)
                .initialFlowControlWindow(WINDOW)
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
                .permitKeepAliveTime(SHORTEST_KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEPALIVE_PATIENCE_SECONDS, TimeUnit.SECONDS)
                .maxConnectionIdle(IDLE_MINUTES, TimeUnit.MINUTES)
                .handshakeTimeout(settings.deadline().toMillis(), TimeUnit.MILLISECONDS)
                .withOption(ChannelOption.SO_BACKLOG, BACKLOG)
                .withOption(ChannelOption.SO_REUSEADDR, true)
                .withChildOption(ChannelOption.TCP_NODELAY, true);
        if (settings.tls() != null) {
            builder.sslContext(settings.tls().context(tls -> GrpcSslContexts.configure(tls, SslProvider.JDK)));
        }
        this.server = builder.build();
    }

    private void gauges(Metrics metrics) {
        metrics.gauge("vecino.connections", "Open connections", PROTOCOL, connections, ConnectionLimit::open);
        metrics.gauge("vecino.requests.running", "Requests being worked on", PROTOCOL, calls, OpenCalls::running);
        metrics.gauge("vecino.requests.held.bytes", "Bodies being held", PROTOCOL, calls, OpenCalls::heldBytes);
    }

    /** What every port of a process serves with. */
    public record Shared(
            Engine engine, LongWork work, Searches searches, Metrics metrics, ApiKeys keys, AuditLog audit) {}

    /**
     * What it runs on; the caller's to close, after the server.
     *
     * @param executor where calls are served: never an event loop
     */
    public record Transport(EventLoopGroup loops, ChannelFactory<? extends ServerChannel> channel, Executor executor) {}

    private ChannelFactory<ServerChannel> limited(ChannelFactory<? extends ServerChannel> factory) {
        return () -> {
            ServerChannel listener = factory.newChannel();
            listener.pipeline().addFirst(connections);
            return listener;
        };
    }

    private static Set<String> streaming(List<ServerServiceDefinition> services) {
        return services.stream()
                .flatMap(service -> service.getMethods().stream())
                .map(method -> method.getMethodDescriptor())
                .filter(method -> !method.getType().clientSendsOneMessage()
                        || !method.getType().serverSendsOneMessage())
                .map(method -> method.getFullMethodName())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Starts serving; returns when connections are accepted.
     *
     * @throws io.vecino.model.EngineException.InvalidArgument if a file of TLS cannot be used
     * @throws UncheckedIOException if the port is taken
     */
    public static GrpcServer start(Shared shared, GrpcSettings settings, Transport transport) {
        GrpcServer started = new GrpcServer(shared, settings, transport);
        try {
            started.server.start();
        } catch (IOException e) {
            started.calls.close();
            started.queue.close();
            throw new UncheckedIOException(new IOException("cannot listen on " + settings.address(), e));
        }
        LOG.info("listening on {} (gRPC)", started.address());
        return started;
    }

    /** The address that is listened on, with the actual port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.getListenSockets().getFirst();
    }

    OpenCalls calls() {
        return calls;
    }

    ConnectionLimit connections() {
        return connections;
    }

    /** Stops accepting connections and calls; those in progress go on. */
    public void drain() {
        if (!server.isShutdown()) {
            health.enterTerminalState();
            server.shutdown();
        }
    }

    /** {@linkplain #drain Drains} for up to the drain deadline, then ends what is left. Further calls do nothing. */
    @Override
    public void close() {
        drain();
        try {
            if (!server.awaitTermination(settings.drain().toNanos(), TimeUnit.NANOSECONDS)) {
                server.shutdownNow().awaitTermination(settings.drain().toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        calls.close();
        queue.close();
    }
}
