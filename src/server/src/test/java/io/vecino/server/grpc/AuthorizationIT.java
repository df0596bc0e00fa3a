package io.vecino.server.grpc;

import static io.vecino.server.grpc.RunningGrpc.LONG;
import static io.vecino.server.grpc.RunningGrpc.await;
import static io.vecino.server.grpc.RunningGrpc.id;
import static io.vecino.server.grpc.RunningGrpc.refused;
import static io.vecino.server.grpc.RunningGrpc.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.vecino.api.v1.BulkUpsertReply;
import io.vecino.api.v1.CollectionsGrpc;
import io.vecino.api.v1.CountRequest;
import io.vecino.api.v1.CreateCollectionRequest;
import io.vecino.api.v1.ExportRequest;
import io.vecino.api.v1.GetPointRequest;
import io.vecino.api.v1.ListCollectionsReply;
import io.vecino.api.v1.ListCollectionsRequest;
import io.vecino.api.v1.PointsGrpc;
import io.vecino.api.v1.UpsertRequest;
import io.vecino.model.CollectionConfig;
import io.vecino.model.Metric;
import io.vecino.server.auth.ApiKey;
import io.vecino.server.auth.ApiKeys;
import io.vecino.server.auth.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuthorizationIT {
    private static final CountRequest COUNT =
            CountRequest.newBuilder().setCollection("c").build();
    private final String admin = ApiKey.newSecret();
    private final String reader = ApiKey.newSecret();
    private RunningGrpc server;

    @BeforeEach
    void start(@TempDir Path directory) {
        ApiKeys keys = ApiKeys.of(List.of(
                ApiKey.of("admin", Scope.ADMIN, Set.of(), admin),
                ApiKey.of("reader", Scope.READ, Set.of("c"), reader)));
        server = new RunningGrpc(directory, settings(LONG, 64, 64, 64 << 20), keys);
        server.engine().create("c", CollectionConfig.of(2, Metric.L2));
        server.engine().create("d", CollectionConfig.of(2, Metric.L2));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Metadata bearer(String key) {
        Metadata headers = new Metadata();
        headers.put(CallGuard.AUTHORIZATION, "Bearer " + key);
        return headers;
    }

    private PointsGrpc.PointsBlockingStub points(String key) {
        return server.points().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(key)));
    }

    private CollectionsGrpc.CollectionsBlockingStub collections(String key) {
        return server.collections().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(key)));
    }

    @Test
    void letsNobodyInWithoutAKey() {
        refused(Status.Code.UNAUTHENTICATED, "an API key is required", () -> {
            var _ = server.points().count(COUNT);
        });
        refused(Status.Code.UNAUTHENTICATED, () -> {
            var _ = points(ApiKey.newSecret()).count(COUNT);
        });
        assertEquals(0, points(reader).count(COUNT).getCount());
        Metadata plain = new Metadata();
        plain.put(CallGuard.API_KEY, reader);
        assertEquals(
                0,
                server.points()
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(plain))
                        .count(COUNT)
                        .getCount());
    }

    @Test
    void refusesBeforeAMessageIsSent() {
        PointsGrpc.getServiceDescriptor().getMethods().forEach(this::refusesWithoutMessage);
        assertEquals(0, server.server().calls().heldBytes());
    }

    private <Q, R> void refusesWithoutMessage(MethodDescriptor<Q, R> method) {
        CompletableFuture<Status> end = new CompletableFuture<>();
        // The client sends the headers of a unary call with its message only.
        MethodDescriptor<Q, R> eager = method.toBuilder()
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .build();
        ClientCall<Q, R> call = server.channel().newCall(eager, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(status);
                    }
                },
                new Metadata());
        call.request(1);
        assertEquals(Status.Code.UNAUTHENTICATED, end.join().getCode());
    }

    @Test
    void keepsAKeyToItsScopeAndItsCollections() {
        refused(Status.Code.PERMISSION_DENIED, "scope: expected admin, got read of key reader", () -> {
            var _ = collections(reader)
                    .create(CreateCollectionRequest.newBuilder().setName("e").build());
        });
        refused(Status.Code.PERMISSION_DENIED, "collection: expected one of key reader, got d", () -> {
            var _ = points(reader)
                    .count(CountRequest.newBuilder().setCollection("d").build());
        });
        refused(Status.Code.PERMISSION_DENIED, () -> {
            var _ = points(reader)
                    .get(GetPointRequest.newBuilder()
                            .setCollection("c")
                            .setId(id(1))
                            .setWithVector(true)
                            .build());
        });
        refused(Status.Code.PERMISSION_DENIED, () -> {
            var _ = points(reader)
                    .export(ExportRequest.newBuilder().setCollection("c").build())
                    .hasNext();
        });
        ListCollectionsRequest list = ListCollectionsRequest.getDefaultInstance();
        assertEquals(
                List.of("c"),
                collections(reader).list(list).getCollectionsList().stream()
                        .map(ListCollectionsReply.Entry::getName)
                        .toList());
        assertEquals(2, collections(admin).list(list).getCollectionsCount());
    }

    @Test
    void takesNoMessageOfAStreamThatIsNotAllowed() {
        CompletableFuture<Status> end = new CompletableFuture<>();
        ClientCall<UpsertRequest, BulkUpsertReply> call =
                server.channel().newCall(PointsGrpc.getBulkUpsertMethod(), CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(status);
                    }
                },
                bearer(reader));
        assertEquals(Status.Code.PERMISSION_DENIED, end.join().getCode());
        await(() -> server.server().calls().opened() == 0);
    }
}
