package io.vecino.cli;

import io.vecino.cli.client.ServerFailure;
import io.vecino.cli.client.VecinoClient;
import io.vecino.loading.LoadTarget;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ScrollPage;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A collection of a server, loaded and read through its REST interface. */
final class ServerCollection implements LoadTarget {
    private static final long PATIENCE_NANOS = 600_000_000_000L;
    private static final long PAUSE_MILLIS = 500;
    private static final JsonMapper MAPPER = new JsonMapper();

    private final VecinoClient client;
    private final String name;
    private final int dimension;
    private final Metric metric;

    ServerCollection(VecinoClient client, String name) {
        this.client = client;
        this.name = name;
        JsonNode info = client.collection(name);
        this.dimension = info.required("dimension").asInt();
        this.metric = Metric.parse(info.required("metric").asString());
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public Metric metric() {
        return metric;
    }

    /** An id as JSON has it. */
    static Object json(PointId id) {
        return id instanceof PointId.Numeric ? new BigInteger(id.toString()) : id.toString();
    }

    static PointId id(JsonNode json) {
        return json.isNumber() ? PointId.of(json.bigIntegerValue().longValue()) : PointId.of(json.asString());
    }

    @Override
    public long upsert(List<Point> points) {
        List<Map<String, Object>> bodies = new ArrayList<>(points.size());
        for (Point point : points) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("id", json(point.id()));
            body.put("vector", VecinoClient.base64(point.vector()));
            if (!point.payload().fields().isEmpty()) {
                body.put("payload", point.payload().fields());
            }
            bodies.add(body);
        }
        long start = System.nanoTime();
        while (true) {
            try {
                return client.operate(name, "/points", Map.of("points", bodies))
                        .required("version")
                        .asLong();
            } catch (ServerFailure e) {
                Optional<ServerFailure.Refusal> refused =
                        e.refusal().filter(refusal -> refusal.field().startsWith("points["));
                if (refused.isPresent()) {
                    ServerFailure.Refusal of = refused.get();
                    throw new EngineException.InvalidArgument(of.field(), of.expected(), of.got());
                }
                boolean busy = e.status() == 429 || (e.status() == 503 && e.answered());
                if (!busy || System.nanoTime() - start > PATIENCE_NANOS) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException.Unavailable("interrupted");
        }
    }

    @Override
    public OptionalLong version(PointId id) {
        // Not by its path, where a text of digits would be taken for a number.
        Map<String, Object> body = Map.of("limit", 1, "filter", Map.of("has_id", List.of(json(id))));
        JsonNode points = client.operate(name, "/points:scroll", body).required("points");
        return points.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(points.get(0).required("version").asLong());
    }

    /** The points behind an id, with their vectors. */
    ScrollPage page(@Nullable PointId after, int limit, @Nullable JsonNode filter) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("limit", limit);
        body.put("with_vector", true);
        if (after != null) {
            body.put("after", json(after));
        }
        if (filter != null) {
            body.put("filter", filter);
        }
        JsonNode answer = client.operate(name, "/points:scroll", body);
        List<ScrollPage.Entry> points = new ArrayList<>();
        for (JsonNode point : answer.required("points")) {
            points.add(new ScrollPage.Entry(
                    id(point.required("id")),
                    payload(point.path("payload")),
                    point.required("version").asLong(),
                    vector(point.required("vector"))));
        }
        JsonNode next = answer.path("next");
        return new ScrollPage(points, next.isValueNode() && !next.isNull() ? id(next) : null);
    }

    private static Payload payload(JsonNode json) {
        return json.isObject() ? new Payload(MAPPER.convertValue(json, new TypeReference<>() {})) : Payload.EMPTY;
    }

    private static float[] vector(JsonNode json) {
        float[] values = new float[json.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = json.get(i).floatValue();
        }
        return values;
    }
}
