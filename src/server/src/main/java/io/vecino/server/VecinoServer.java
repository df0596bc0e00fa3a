package io.vecino.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.vecino.Engine;
import io.vecino.server.auth.AuditLog;
import io.vecino.server.grpc.GrpcServer;
import io.vecino.server.grpc.GrpcSettings;
import io.vecino.server.observe.Metrics;
import io.vecino.server.observe.Searches;
import io.vecino.server.observe.Traces;
import io.vecino.server.work.LongWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** REST over HTTP/1.1 and HTTP/2, and gRPC if asked for, around one engine, which stays the caller's to close. Thread-safe. */
public final class VecinoServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VecinoServer.class);
    private static final int MAX_EVENT_LOOPS = 4;
    private static final int BACKLOG = 1024;
    private static final int FIRST_READ = 2 << 10;
    private static final WriteBufferWaterMark WRITE_BUFFER = new WriteBufferWaterMark(128 << 10, 512 << 10);

    private final Admission admission;
    private final ExecutorService workers;
    private final ExecutorService batches;
    private final EventLoopGroup loops;
    private final Metrics metrics;
    private final Router router;
    private final Channel listener;
    private final @Nullable GrpcServer grpc;

    private VecinoServer(Engine engine, ServerConfig config, Limits limits) {
        InetAddress host = config.bindAddress();
        SslContext tls = config.tls() == null ? null : config.tls().context(VecinoServer::withHttp2);
        this.admission = new Admission(limits);
        this.workers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("vecino-request-", 0).factory());
        int cores = Runtime.getRuntime().availableProcessors();
        this.batches = Executors.newFixedThreadPool(
                cores, Thread.ofPlatform().daemon().name("vecino-batch-", 0).factory());
        LongWork work = new LongWork(engine);
        this.metrics = new Metrics(engine, work);
        metrics.gauge("vecino.connections", "Open connections", "http", admission, Admission::connections);
        metrics.gauge(
                "vecino.requests.running", "Requests being worked on", "http", admission, Admission::runningRequests);
        metrics.gauge("vecino.requests.held.bytes", "Bodies being held", "http", admission, Admission::heldBytes);
        engine.onRecall((collection, sample) -> metrics.recall(collection, sample.k(), sample.recall()));
        Searches searches = new Searches(metrics, config.slowSearch());
        this.router = new Router(routes(engine, work, searches));
        AuditLog audit = new AuditLog();
        Traces traces = new Traces();
        this.loops = new MultiThreadIoEventLoopGroup(Math.min(MAX_EVENT_LOOPS, cores), transport());
        BrowserGuard guard = new BrowserGuard(host.isLoopbackAddress(), tls != null, config.corsOrigins());
        Edge edge = new Edge(config, limits, admission, router, guard, audit, metrics, traces, tls, workers);
        this.listener = listen(edge, new InetSocketAddress(host, config.port()));
        this.grpc = config.grpcPort().isPresent()
                ? grpc(
                        new GrpcServer.Shared(engine, work, searches, metrics, config.keys(), audit),
                        config,
                        limits,
                        new InetSocketAddress(host, config.grpcPort().getAsInt()))
                : null;
        LOG.info("listening on {}", address());
    }

    private GrpcServer grpc(GrpcServer.Shared shared, ServerConfig config, Limits limits, InetSocketAddress address) {
        GrpcSettings settings = new GrpcSettings(
                address,
                config.tls(),
                config.maxBodyBytes(),
                config.requestDeadline(),
                limits.connections(),
                limits.requests(),
                limits.bodyBytes(),
                limits.drain());
        ReflectiveChannelFactory<ServerChannel> listeners = new ReflectiveChannelFactory<>(
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class);
        try {
            return GrpcServer.start(shared, settings, new GrpcServer.Transport(loops, listeners, workers));
        } catch (RuntimeException e) {
            listener.close().awaitUninterruptibly();
            release();
            throw e;
        }
    }

    /**
     * Starts serving; returns when connections are accepted.
     *
     * @throws io.vecino.model.EngineException.InvalidArgument if the host is not a loopback address and the configuration
     *     has not both keys and TLS and is not insecure; if a file of TLS cannot be used
     * @throws UncheckedIOException if the port is taken
     */
    public static VecinoServer start(Engine engine, ServerConfig config) {
        return start(engine, config, Limits.DEFAULT);
    }

    static VecinoServer start(Engine engine, ServerConfig config, Limits limits) {
        return new VecinoServer(engine, config, limits);
    }

    private List<Route> routes(Engine engine, LongWork work, Searches searches) {
        return Stream.of(
                        new CollectionRoutes(engine).routes(),
                        new PointRoutes(engine).routes(),
                        new ImportRoutes(engine).routes(),
                        new SearchRoutes(
                                        engine,
                                        searches,
                                        batches,
                                        Runtime.getRuntime().availableProcessors())
                                .routes(),
                        new JobRoutes(engine, work).routes(),
                        new SnapshotRoutes(engine, work).routes(),
                        new MetricsRoutes(metrics).routes(),
                        new MeasureRoutes(engine, work).routes(),
                        new HealthRoutes(engine, admission::draining).routes())
                .flatMap(List::stream)
                .toList();
    }

    private static SslContextBuilder withHttp2(SslContextBuilder builder) {
        return builder.ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1));
    }

    private static IoHandlerFactory transport() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    private Channel listen(Edge edge, InetSocketAddress address) {
        Class<? extends ServerChannel> type =
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(type)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(FIRST_READ, FIRST_READ, HttpPipeline.MAX_READ))
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_BUFFER)
                .childHandler(new HttpPipeline(edge))
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            release();
            throw new UncheckedIOException(new IOException("cannot listen on " + address, bound.cause()));
        }
        return bound.channel();
    }

    /** The address that is listened on, with the actual port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** The address that gRPC listens on, with the actual port; nothing if it is not served. */
    public Optional<InetSocketAddress> grpcAddress() {
        return Optional.ofNullable(grpc).map(GrpcServer::address);
    }

    /** What is served, for checks against the description. */
    List<Route> routes() {
        return router.routes();
    }

    Metrics metrics() {
        return metrics;
    }

    Admission admission() {
        return admission;
    }

    /**
     * Stops accepting, lets requests in progress finish for up to the drain deadline, then closes every connection. Calls
     * into the engine that are still running then go on without anyone waiting. Further calls do nothing.
     */
    @Override
    public void close() {
        if (listener.close().awaitUninterruptibly().isSuccess() && !loops.isShuttingDown()) {
            if (grpc != null) {
                grpc.drain();
            }
            admission.drain();
            if (grpc != null) {
                grpc.close();
            }
            release();
            LOG.info("stopped");
        }
    }

    private void release() {
        workers.shutdown();
        batches.shutdown();
        metrics.close();
        loops.shutdownGracefully(0, Limits.DEFAULT.linger().toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
    }
}
