package io.vecino.server.grpc;

import static io.vecino.server.grpc.RunningGrpc.id;
import static io.vecino.server.grpc.RunningGrpc.point;
import static io.vecino.server.grpc.RunningGrpc.settings;
import static io.vecino.server.grpc.RunningGrpc.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.vecino.api.v1.ApplyRequest;
import io.vecino.api.v1.ChangePayloadRequest;
import io.vecino.api.v1.CollectionsGrpc;
import io.vecino.api.v1.CountRequest;
import io.vecino.api.v1.CreateCollectionRequest;
import io.vecino.api.v1.CreateSnapshotRequest;
import io.vecino.api.v1.DeletePointsRequest;
import io.vecino.api.v1.ExportRequest;
import io.vecino.api.v1.Filter;
import io.vecino.api.v1.Filters;
import io.vecino.api.v1.GetJobRequest;
import io.vecino.api.v1.GetPointRequest;
import io.vecino.api.v1.JobsGrpc;
import io.vecino.api.v1.ListSnapshotsRequest;
import io.vecino.api.v1.OptimizeRequest;
import io.vecino.api.v1.Payload;
import io.vecino.api.v1.PointIds;
import io.vecino.api.v1.PointsGrpc;
import io.vecino.api.v1.Query;
import io.vecino.api.v1.RestoreSnapshotRequest;
import io.vecino.api.v1.ScrollRequest;
import io.vecino.api.v1.SearchBatchRequest;
import io.vecino.api.v1.SearchRequest;
import io.vecino.api.v1.SnapshotsGrpc;
import io.vecino.api.v1.UndoRequest;
import io.vecino.api.v1.UpsertRequest;
import io.vecino.api.v1.Value;
import io.vecino.model.CollectionConfig;
import io.vecino.model.Metric;
import io.vecino.server.work.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Bytes and messages that nobody would send on purpose. Prints its seed and its counts. */
final class FuzzIT {
    private static final java.util.logging.Logger TRANSPORT = java.util.logging.Logger.getLogger("io.grpc");
    private static final boolean LONG = Boolean.getBoolean("vecino.test.long");
    private static final Duration TIME = LONG ? Duration.ofMinutes(5) : Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Set<Status.Code> OUR_FAULT =
            EnumSet.of(Status.Code.INTERNAL, Status.Code.UNKNOWN, Status.Code.DATA_LOSS);
    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            return new byte[0];
        }
    };

    private final long seed = Long.getLong("vecino.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ListAppender<ILoggingEvent> errors = new ListAppender<>();
    private final Logger failures = (Logger) LoggerFactory.getLogger(Failure.class);
    private RunningGrpc server;

    private record Sample(MethodDescriptor<?, ?> method, ByteString bytes) {
        byte[] message() {
            return bytes.toByteArray();
        }
    }

    @BeforeEach
    void start(@TempDir Path directory) {
        TRANSPORT.setLevel(Level.OFF);
        errors.start();
        failures.addAppender(errors);
        server = new RunningGrpc(directory, settings(PATIENCE, 256, 64, 64 << 20));
        server.engine().create("c", CollectionConfig.of(4, Metric.L2));
    }

    @AfterEach
    void stop() {
        failures.detachAppender(errors);
        server.close();
    }

    private static Filter filter() {
        Value text = Value.newBuilder().setText("en").build();
        Value number = Value.newBuilder().setReal(1.5).build();
        return Filter.newBuilder()
                .setAll(Filters.newBuilder()
                        .addFilters(Filter.newBuilder()
                                .setIn(Filter.In.newBuilder().setField("lang").addValues(text)))
                        .addFilters(Filter.newBuilder()
                                .setNot(Filter.newBuilder()
                                        .setRange(Filter.Range.newBuilder()
                                                .setField("n")
                                                .setGt(number)))))
                .build();
    }

    private static Payload payload() {
        return Payload.newBuilder()
                .putFields("lang", Value.newBuilder().setText("en").build())
                .putFields("n", Value.newBuilder().setInteger(3).build())
                .build();
    }

    private static Query query() {
        return Query.newBuilder()
                .setVector(vector(1, 2, 3, 4))
                .setK(5)
                .setFilter(filter())
                .setWithPayload(true)
                .build();
    }

    private static List<Sample> samples() {
        return List.of(
                of(
                        PointsGrpc.getUpsertMethod(),
                        UpsertRequest.newBuilder()
                                .setCollection("c")
                                .addPoints(point(1, 1, 2, 3, 4).toBuilder().setPayload(payload()))
                                .addPoints(point(2, 4, 3, 2, 1))
                                .build()),
                of(
                        PointsGrpc.getBulkUpsertMethod(),
                        UpsertRequest.newBuilder()
                                .setCollection("c")
                                .addPoints(point(3, 1, 2, 3, 4))
                                .build()),
                of(
                        PointsGrpc.getDeleteMethod(),
                        DeletePointsRequest.newBuilder()
                                .setCollection("c")
                                .setIds(PointIds.newBuilder().addIds(id(1)).addIds(id(9)))
                                .build()),
                of(
                        PointsGrpc.getChangePayloadMethod(),
                        ChangePayloadRequest.newBuilder()
                                .setCollection("c")
                                .setFilter(filter())
                                .setMerge(payload())
                                .build()),
                of(
                        PointsGrpc.getGetMethod(),
                        GetPointRequest.newBuilder()
                                .setCollection("c")
                                .setId(id(1))
                                .setWithVector(true)
                                .build()),
                of(
                        PointsGrpc.getCountMethod(),
                        CountRequest.newBuilder()
                                .setCollection("c")
                                .setFilter(filter())
                                .build()),
                of(
                        PointsGrpc.getScrollMethod(),
                        ScrollRequest.newBuilder()
                                .setCollection("c")
                                .setAfter(id(1))
                                .setLimit(7)
                                .setFilter(filter())
                                .build()),
                of(
                        PointsGrpc.getExportMethod(),
                        ExportRequest.newBuilder().setCollection("c").build()),
                of(
                        PointsGrpc.getSearchMethod(),
                        SearchRequest.newBuilder()
                                .setCollection("c")
                                .setQuery(query())
                                .build()),
                of(
                        PointsGrpc.getSearchBatchMethod(),
                        SearchBatchRequest.newBuilder()
                                .setCollection("c")
                                .addQueries(query())
                                .addQueries(query())
                                .build()),
                of(
                        CollectionsGrpc.getCreateMethod(),
                        CreateCollectionRequest.newBuilder()
                                .setName("d")
                                .setDimension(4)
                                .setMetric("cosine")
                                .setPipeline("none/int8")
                                .putPayloadIndexes("lang", "keyword")
                                .build()),
                of(
                        CollectionsGrpc.getApplyMethod(),
                        ApplyRequest.newBuilder()
                                .setCollection("c")
                                .setPipeline("none/f16")
                                .setIndex("flat")
                                .build()),
                of(
                        CollectionsGrpc.getOptimizeMethod(),
                        OptimizeRequest.newBuilder().setCollection("c").build()),
                of(
                        CollectionsGrpc.getUndoMethod(),
                        UndoRequest.newBuilder().setCollection("c").build()),
                of(
                        SnapshotsGrpc.getCreateMethod(),
                        CreateSnapshotRequest.newBuilder()
                                .setCollection("c")
                                .setName("s")
                                .build()),
                of(
                        SnapshotsGrpc.getListMethod(),
                        ListSnapshotsRequest.newBuilder().setCollection("c").build()),
                of(
                        SnapshotsGrpc.getRestoreMethod(),
                        RestoreSnapshotRequest.newBuilder()
                                .setCollection("c")
                                .setSnapshot("s")
                                .setAs("e")
                                .build()),
                of(
                        JobsGrpc.getGetMethod(),
                        GetJobRequest.newBuilder()
                                .setId("00000000-0000-0000-0000-000000000000")
                                .build()));
    }

    private static Sample of(MethodDescriptor<?, ?> method, MessageLite message) {
        return new Sample(method, message.toByteString());
    }

    /** The same with some bytes changed, left out, repeated or put in. */
    private byte[] mutated(byte[] bytes) {
        byte[] to = bytes;
        for (int changes = random.nextInt(5); changes > 0; changes--) {
            int at = random.nextInt(to.length + 1);
            int length = random.nextInt(Math.min(16, to.length - at) + 1);
            byte[] more = new byte[random.nextInt(8)];
            random.nextBytes(more);
            switch (random.nextInt(4)) {
                case 0 -> to = joined(head(to, at), tail(to, at + length));
                case 1 -> to = joined(head(to, at), more, tail(to, at));
                case 2 -> to = joined(head(to, at + length), tail(to, at));
                default -> {
                    to = to.clone();
                    if (at < to.length) {
                        to[at] ^= (byte) (1 << random.nextInt(8));
                    }
                }
            }
        }
        return to;
    }

    private static byte[] head(byte[] bytes, int end) {
        return java.util.Arrays.copyOf(bytes, end);
    }

    private static byte[] tail(byte[] bytes, int start) {
        return java.util.Arrays.copyOfRange(bytes, start, bytes.length);
    }

    private static byte[] joined(byte[]... parts) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void answersMutatedMessagesWithTheCallersErrors() {
        List<Sample> samples = samples();
        Map<Status.Code, Integer> counts = new EnumMap<>(Status.Code.class);
        long end = System.nanoTime() + TIME.toNanos();
        while (System.nanoTime() < end) {
            Sample sample = samples.get(random.nextInt(samples.size()));
            byte[] message = random.nextInt(10) == 0 ? noise() : mutated(sample.message());
            Status.Code code = call(sample.method, message);
            counts.merge(code, 1, Integer::sum);
            assertFalse(
                    OUR_FAULT.contains(code),
                    () -> "seed " + seed + ": " + code + " for " + sample.method.getFullMethodName() + " "
                            + java.util.HexFormat.of().formatHex(message));
            if (!server.engine().collections().contains("c")) {
                server.engine().create("c", CollectionConfig.of(4, Metric.L2));
            }
        }
        System.out.println("gRPC messages: seed " + seed + ", " + counts);
        expectSound();
    }

    private byte[] noise() {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    private Status.Code call(MethodDescriptor<?, ?> method, byte[] message) {
        MethodDescriptor<byte[], byte[]> raw = method.toBuilder(BYTES, BYTES)
                .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                .build();
        try {
            ClientCalls.blockingServerStreamingCall(server.channel(), raw, CallOptions.DEFAULT, message)
                    .forEachRemaining(_ -> {});
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    private void expectSound() {
        server.assertAtRest();
        assertEquals(
                List.of(),
                errors.list.stream().map(ILoggingEvent::getFormattedMessage).toList(),
                "seed " + seed);
        assertEquals(
                Status.Code.OK, call(samples().get(5).method, samples().get(5).message()));
    }

    @Test
    void survivesBytesThatAreNotHttp2() throws IOException {
        List<Sample> samples = samples();
        List<IntFunction<byte[]>> shapes = List.of(
                _ -> noise(),
                _ -> joined(Http2Bytes.preface(), noise()),
                i -> mutated(Http2Bytes.call(
                        samples.get(i % samples.size()).method.getFullMethodName(),
                        samples.get(i % samples.size()).message())),
                i -> Http2Bytes.call(
                        samples.get(i % samples.size()).method.getFullMethodName(),
                        mutated(samples.get(i % samples.size()).message())),
                _ -> joined(Http2Bytes.preface(), Http2Bytes.randomFrames(random)));
        long end = System.nanoTime() + TIME.toNanos();
        int connections = 0;
        while (System.nanoTime() < end) {
            byte[] bytes = shapes.get(random.nextInt(shapes.size())).apply(random.nextInt(1_000));
            send(bytes);
            connections++;
        }
        System.out.println("gRPC port: seed " + seed + ", " + connections + " connections");
        if (!server.engine().collections().contains("c")) {
            server.engine().create("c", CollectionConfig.of(4, Metric.L2));
        }
        expectSound();
    }

    /** Sends, and sometimes reads what comes. */
    private void send(byte[] bytes) throws IOException {
        try (Socket socket = new Socket(
                server.server().address().getAddress(),
                server.server().address().getPort())) {
            socket.setSoTimeout(20);
            try {
                socket.getOutputStream().write(bytes);
                if (random.nextInt(4) == 0) {
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                }
            } catch (IOException _) {
                // The server may hang up at any time.
            }
        }
    }
}
