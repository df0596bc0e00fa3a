package io.vecino.cli;

import io.grpc.Status;
import io.vecino.api.v1.Collection;
import io.vecino.api.v1.CreateCollectionRequest;
import io.vecino.client.ClientConfig;
import io.vecino.client.RemoteCollection;
import io.vecino.client.Values;
import io.vecino.client.VecinoClient;
import io.vecino.client.VecinoException;
import io.vecino.loading.LoadTarget;
import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import java.net.URI;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A collection of a server, loaded through gRPC: vectors travel as they are, not as text. */
final class GrpcCollection implements LoadTarget, AutoCloseable {
    private static final Pattern REFUSED =
            Pattern.compile("(points\\[\\d+\\][^:]*): expected (.*), got (.*)", Pattern.DOTALL);

    private final VecinoClient client;
    private final RemoteCollection points;
    private final int dimension;
    private final Metric metric;

    private GrpcCollection(VecinoClient client, String name) {
        this.client = client;
        this.points = client.collection(name);
        Collection described = client.describe(name);
        this.dimension = described.getDimension();
        this.metric = Metric.parse(described.getMetric());
    }

    /** Whether an address is one of gRPC. */
    static boolean speaks(URI server) {
        return "grpc".equals(server.getScheme()) || "grpcs".equals(server.getScheme());
    }

    /**
     * Connects.
     *
     * @param missing how to make the collection if it is not there; null to fail then
     */
    static GrpcCollection connect(URI server, @Nullable String key, String name, @Nullable CollectionConfig missing) {
        ClientConfig config = ClientConfig.of(server.getHost(), server.getPort() < 0 ? 7041 : server.getPort());
        config = key == null ? config : config.withApiKey(key);
        config = "grpcs".equals(server.getScheme()) ? config.withTls(new ClientConfig.Tls(null, null, null)) : config;
        VecinoClient client = VecinoClient.connect(config);
        try {
            if (missing != null && !exists(client, name)) {
                Collection _ = client.create(request(name, missing));
            }
            return new GrpcCollection(client, name);
        } catch (VecinoException e) {
            client.close();
            throw translated(e);
        }
    }

    private static boolean exists(VecinoClient client, String name) {
        return client.collections().stream().anyMatch(entry -> entry.getName().equals(name));
    }

    private static CreateCollectionRequest request(String name, CollectionConfig config) {
        CreateCollectionRequest.Builder request = CreateCollectionRequest.newBuilder()
                .setName(name)
                .setDimension(config.dimension())
                .setMetric(config.metric().id())
                .setPipeline(config.pipeline().toString())
                .setIndex(config.index().toString())
                .setDurability(config.durability().id());
        config.payloadIndexes().forEach((field, type) -> request.putPayloadIndexes(field, type.id()));
        return request.build();
    }

    private static RuntimeException translated(VecinoException e) {
        String message = String.valueOf(e.getMessage());
        Matcher refused = REFUSED.matcher(message);
        if (e.code() == Status.Code.INVALID_ARGUMENT && refused.find()) {
            return new EngineException.InvalidArgument(refused.group(1), refused.group(2), refused.group(3));
        }
        return switch (e.code()) {
            case NOT_FOUND -> new EngineException.NotFound("on the server", message);
            case RESOURCE_EXHAUSTED -> new EngineException.ResourceExhausted(message, e);
            case UNAVAILABLE, DEADLINE_EXCEEDED -> new EngineException.Unavailable(message);
            default -> new EngineException.StorageFailure(message, e);
        };
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public Metric metric() {
        return metric;
    }

    private static io.vecino.api.v1.PointId id(PointId id) {
        return switch (id) {
            case PointId.Numeric(long value) -> Values.id(value);
            case PointId.Uuid(var value) -> Values.id(value);
            case PointId.Text(String value) -> Values.id(value);
        };
    }

    @Override
    @SuppressWarnings("NullAway") // null annotations inside a record's component type do not reach its callers
    public long upsert(List<Point> batch) {
        List<io.vecino.api.v1.Point> messages = batch.stream()
                .map(point -> Values.point(
                        id(point.id()), point.vector(), point.payload().fields()))
                .toList();
        try {
            return points.upsert(messages).getVersion();
        } catch (VecinoException e) {
            throw translated(e);
        }
    }

    @Override
    public OptionalLong version(PointId id) {
        try {
            return points.get(id(id), false)
                    .map(point -> OptionalLong.of(point.getVersion()))
                    .orElse(OptionalLong.empty());
        } catch (VecinoException e) {
            throw translated(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
