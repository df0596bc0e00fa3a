package io.vecino.client;

import com.google.protobuf.Empty;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import io.vecino.api.v1.ApplyRequest;
import io.vecino.api.v1.Collection;
import io.vecino.api.v1.CollectionsGrpc;
import io.vecino.api.v1.CreateCollectionRequest;
import io.vecino.api.v1.CreateSnapshotRequest;
import io.vecino.api.v1.DeleteCollectionRequest;
import io.vecino.api.v1.DeleteSnapshotRequest;
import io.vecino.api.v1.GetCollectionRequest;
import io.vecino.api.v1.GetJobRequest;
import io.vecino.api.v1.Job;
import io.vecino.api.v1.JobsGrpc;
import io.vecino.api.v1.ListCollectionsReply;
import io.vecino.api.v1.ListCollectionsRequest;
import io.vecino.api.v1.ListSnapshotsRequest;
import io.vecino.api.v1.OptimizeRequest;
import io.vecino.api.v1.RestoreSnapshotRequest;
import io.vecino.api.v1.Snapshot;
import io.vecino.api.v1.SnapshotsGrpc;
import io.vecino.api.v1.UndoRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A connection to a server. Thread-safe; one is enough for a process. Calls throw {@link VecinoException}.
 *
 * {@snippet :
 * try (VecinoClient client = VecinoClient.connect("127.0.0.1", 7041)) {
 *     client.create(CreateCollectionRequest.newBuilder().setName("docs").setDimension(384).setMetric("cosine").build());
 *     RemoteCollection docs = client.collection("docs");
 *     docs.upsert(List.of(Values.point(Values.id(1), vector, Map.of("lang", "en"))));
 *     List<ScoredPoint> hits = docs.search(Values.query(query, 10));
 * }
 * }
 */
public final class VecinoClient implements AutoCloseable {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final int MAX_REPLY_BYTES = 256 << 20;
    private static final long CLOSE_SECONDS = 5;

    private final ManagedChannel channel;
    private final Calls calls;

    private VecinoClient(ManagedChannel channel, ClientConfig config) {
        this.channel = channel;
        Metadata headers = new Metadata();
        if (config.apiKey() != null) {
            headers.put(AUTHORIZATION, "Bearer " + config.apiKey());
        }
        this.calls = new Calls(
                ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)), config);
    }

    /** In plain text, without a key. The connection is made with the first call. */
    public static VecinoClient connect(String host, int port) {
        return connect(ClientConfig.of(host, port));
    }

    /**
     * As configured. The connection is made with the first call.
     *
     * @throws UncheckedIOException if a file of TLS cannot be read
     */
    public static VecinoClient connect(ClientConfig config) {
        ManagedChannel channel = Grpc.newChannelBuilderForAddress(config.host(), config.port(), credentials(config))
                .maxInboundMessageSize(MAX_REPLY_BYTES)
                .disableRetry()
                .build();
        return new VecinoClient(channel, config);
    }

    private static ChannelCredentials credentials(ClientConfig config) {
        ClientConfig.Tls tls = config.tls();
        if (tls == null) {
            return InsecureChannelCredentials.create();
        }
        try {
            TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
            if (tls.authority() != null) {
                builder.trustManager(tls.authority().toFile());
            }
            if (tls.certificate() != null && tls.key() != null) {
                builder.keyManager(tls.certificate().toFile(), tls.key().toFile());
            }
            return builder.build();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the files of TLS", e);
        }
    }

    /** Points of a collection. Asks nothing of the server. */
    public RemoteCollection collection(String name) {
        return new RemoteCollection(calls, name);
    }

    /** The same, asynchronously. */
    public AsyncCollection asyncCollection(String name) {
        return new AsyncCollection(calls, name);
    }

    public List<ListCollectionsReply.Entry> collections() {
        return calls.blocking(CollectionsGrpc.getListMethod(), ListCollectionsRequest.getDefaultInstance(), true)
                .getCollectionsList();
    }

    public Collection create(CreateCollectionRequest request) {
        return calls.blocking(CollectionsGrpc.getCreateMethod(), request, false);
    }

    public Collection describe(String collection) {
        GetCollectionRequest request =
                GetCollectionRequest.newBuilder().setCollection(collection).build();
        return calls.blocking(CollectionsGrpc.getGetMethod(), request, true);
    }

    public void drop(String collection) {
        DeleteCollectionRequest request =
                DeleteCollectionRequest.newBuilder().setCollection(collection).build();
        Empty _ = calls.blocking(CollectionsGrpc.getDeleteMethod(), request, false);
    }

    /** Starts compressing all points into one segment. */
    public Job optimize(String collection) {
        OptimizeRequest request =
                OptimizeRequest.newBuilder().setCollection(collection).build();
        return calls.blocking(CollectionsGrpc.getOptimizeMethod(), request, true);
    }

    /** Starts changing pipeline or index, or both. */
    public Job apply(ApplyRequest request) {
        return calls.blocking(CollectionsGrpc.getApplyMethod(), request, true);
    }

    /** Starts going back to what was before the last change. */
    public Job undo(String collection) {
        UndoRequest request = UndoRequest.newBuilder().setCollection(collection).build();
        return calls.blocking(CollectionsGrpc.getUndoMethod(), request, false);
    }

    /** A job at this moment. */
    public Job job(String id) {
        return calls.blocking(
                JobsGrpc.getGetMethod(), GetJobRequest.newBuilder().setId(id).build(), true);
    }

    /** @param request a name is made up if it has none */
    public Job snapshot(CreateSnapshotRequest request) {
        return calls.blocking(SnapshotsGrpc.getCreateMethod(), request, request.hasName());
    }

    public List<Snapshot> snapshots(String collection) {
        ListSnapshotsRequest request =
                ListSnapshotsRequest.newBuilder().setCollection(collection).build();
        return calls.blocking(SnapshotsGrpc.getListMethod(), request, true).getSnapshotsList();
    }

    public void deleteSnapshot(String collection, String snapshot) {
        DeleteSnapshotRequest request = DeleteSnapshotRequest.newBuilder()
                .setCollection(collection)
                .setSnapshot(snapshot)
                .build();
        Empty _ = calls.blocking(SnapshotsGrpc.getDeleteMethod(), request, false);
    }

    /** Starts making a collection of a snapshot. */
    public Job restore(RestoreSnapshotRequest request) {
        return calls.blocking(SnapshotsGrpc.getRestoreMethod(), request, false);
    }

    /** Ends the connection; calls in progress have a few seconds. */
    @Override
    public void close() {
        channel.shutdown();
        try {
            if (!channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                channel.shutdownNow();
            }
        } catch (InterruptedException e) {
            channel.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
