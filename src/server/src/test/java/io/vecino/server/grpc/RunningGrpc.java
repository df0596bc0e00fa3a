package io.vecino.server.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vecino.Engine;
import io.vecino.api.v1.CollectionsGrpc;
import io.vecino.api.v1.CreateCollectionRequest;
import io.vecino.api.v1.JobsGrpc;
import io.vecino.api.v1.Point;
import io.vecino.api.v1.PointId;
import io.vecino.api.v1.PointsGrpc;
import io.vecino.api.v1.SnapshotsGrpc;
import io.vecino.server.auth.ApiKeys;
import io.vecino.server.auth.AuditLog;
import io.vecino.server.observe.Metrics;
import io.vecino.server.observe.Searches;
import io.vecino.server.work.LongWork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.function.Executable;

/** A server on a free loopback port over an engine in a directory, and a channel to it. */
final class RunningGrpc implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(30);

    private final Engine engine;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Metrics metrics;
    private final GrpcServer server;
    private final ManagedChannel channel;

    RunningGrpc(Path directory) {
        this(directory, settings(LONG, 64, 64, 64 << 20));
    }

    RunningGrpc(Path directory, GrpcSettings settings) {
        this(directory, settings, ApiKeys.none());
    }

    RunningGrpc(Path directory, GrpcSettings settings, ApiKeys keys) {
        engine = Engine.open(directory);
        LongWork work = new LongWork(engine);
        metrics = new Metrics(engine, work);
        server = GrpcServer.start(
                new GrpcServer.Shared(engine, work, new Searches(metrics, LONG), metrics, keys, new AuditLog()),
                settings,
                new GrpcServer.Transport(loops, new ReflectiveChannelFactory<>(NioServerSocketChannel.class), workers));
        channel =
                NettyChannelBuilder.forAddress(server.address()).usePlaintext().build();
    }

    static GrpcSettings settings(Duration deadline, int connections, int calls, long messageBytes) {
        return new GrpcSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                null,
                4 << 20,
                deadline,
                connections,
                calls,
                messageBytes,
                LONG);
    }

    Engine engine() {
        return engine;
    }

    GrpcServer server() {
        return server;
    }

    ManagedChannel channel() {
        return channel;
    }

    CollectionsGrpc.CollectionsBlockingStub collections() {
        return CollectionsGrpc.newBlockingStub(channel);
    }

    PointsGrpc.PointsBlockingStub points() {
        return PointsGrpc.newBlockingStub(channel);
    }

    JobsGrpc.JobsBlockingStub jobs() {
        return JobsGrpc.newBlockingStub(channel);
    }

    SnapshotsGrpc.SnapshotsBlockingStub snapshots() {
        return SnapshotsGrpc.newBlockingStub(channel);
    }

    /** A collection {@code c} of a dimension, metric l2. */
    RunningGrpc withCollection(int dimension) {
        var _ = collections()
                .create(CreateCollectionRequest.newBuilder()
                        .setName("c")
                        .setDimension(dimension)
                        .setMetric("l2")
                        .build());
        return this;
    }

    static ByteString vector(float... values) {
        return Outgoing.vector(values);
    }

    static PointId id(long number) {
        return PointId.newBuilder().setNumber(number).build();
    }

    static Point point(long id, float... values) {
        return Point.newBuilder().setId(id(id)).setVector(vector(values)).build();
    }

    static Status refused(Status.Code code, Executable call) {
        Status status = assertThrows(StatusRuntimeException.class, call).getStatus();
        assertEquals(code, status.getCode(), status::toString);
        return status;
    }

    static void refused(Status.Code code, String message, Executable call) {
        assertEquals(message, refused(code, call).getDescription());
    }

    /** Waits until something that the server does of its own accord has happened. */
    static void await(BooleanSupplier condition) {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            while (!condition.getAsBoolean()) {
                Thread.onSpinWait();
            }
        });
    }

    /** Nothing of what calls held may be left. */
    void assertAtRest() {
        await(() -> server.calls().heldBytes() == 0
                && server.calls().running() == 0
                && server.calls().opened() == 0);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        await(channel::isTerminated);
        assertAtRest();
        server.close();
        metrics.close();
        workers.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        engine.close();
    }
}
