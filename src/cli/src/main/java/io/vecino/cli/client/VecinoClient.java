package io.vecino.cli.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls a server. Every method fails with {@link ServerFailure} if the server refuses or cannot be reached. */
public final class VecinoClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(20);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final JsonMapper json = new JsonMapper();
    private final URI server;
    private final @Nullable String key;

    /** @param server such as {@code http://127.0.0.1:7040} */
    public VecinoClient(URI server) {
        this(server, null);
    }

    /** @param key presented with every call; null for a server that asks for none */
    public VecinoClient(URI server, @Nullable String key) {
        this.server = server;
        this.key = key;
    }

    /** Float32 values in the form the server reads fastest: little-endian, base64. */
    public static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** The names of all collections. */
    public List<String> collections() {
        return stream(call("GET", "/v1/collections", null).required("collections"))
                .map(collection -> collection.required("name").asString())
                .toList();
    }

    /** One collection's configuration and counts. */
    public JsonNode collection(String name) {
        return call("GET", "/v1/collections/" + name, null);
    }

    /** Creates a collection. */
    public void create(String name, int dimension, String metric, String pipeline) {
        Map<String, Object> config = Map.of("dimension", dimension, "metric", metric, "pipeline", pipeline);
        call("PUT", "/v1/collections/" + name, config);
    }

    /** Creates a collection out of a body as the interface describes it. */
    public void create(String name, Map<String, ?> config) {
        call("PUT", "/v1/collections/" + name, config);
    }

    /** Deletes a collection. */
    public void delete(String name) {
        call("DELETE", "/v1/collections/" + name, null);
    }

    /**
     * Calls an operation of a collection.
     *
     * @param operation such as {@code /points} or {@code :search}
     */
    public JsonNode operate(String collection, String operation, Map<String, ?> body) {
        return call("POST", "/v1/collections/" + collection + operation, body);
    }

    /** Inserts or replaces points; when this returns they are durable. */
    public void upsert(String collection, List<PointBody> points) {
        call("POST", "/v1/collections/" + collection + "/points", Map.of("points", points));
    }

    /** The {@code k} nearest points with their payloads, best first. */
    public List<Hit> search(String collection, float[] vector, int k) {
        Map<String, Object> request = Map.of("vector", base64(vector), "k", k, "with_payload", true);
        JsonNode answer = call("POST", "/v1/collections/" + collection + ":search", request);
        return stream(answer.required("result"))
                .map(hit -> new Hit(hit.required("score").asDouble(), hit.required("payload")))
                .toList();
    }

    /** Trains the pipeline if needed and compresses everything; returns when that is done. */
    public void optimize(String collection) throws InterruptedException {
        JsonNode _ = job("/v1/collections/" + collection + ":optimize", Map.of(), _ -> {});
    }

    /**
     * Takes a snapshot, described when it is complete.
     *
     * @param name null for one that the server chooses
     */
    public JsonNode snapshot(String collection, @Nullable String name, DoubleConsumer progress)
            throws InterruptedException {
        Map<String, String> body = name == null ? Map.of() : Map.of("name", name);
        return job("/v1/collections/" + collection + "/snapshots", body, progress);
    }

    /** The snapshots of a collection, oldest first. */
    public List<JsonNode> snapshots(String collection) {
        return stream(call("GET", "/v1/collections/" + collection + "/snapshots", null)
                        .required("snapshots"))
                .toList();
    }

    /** Makes a collection of a snapshot, described when it is there. */
    public JsonNode restore(String collection, String snapshot, String as, boolean replace, DoubleConsumer progress)
            throws InterruptedException {
        String path = "/v1/collections/" + collection + "/snapshots/" + snapshot + ":restore";
        return job(path, Map.of("collection", as, "replace", replace), progress);
    }

    /** Recall with what each step costs, as the server reports it. */
    public JsonNode measure(String collection, Map<String, Object> request) {
        return call("POST", "/v1/collections/" + collection + ":measure", request);
    }

    private JsonNode job(String path, Object body, DoubleConsumer progress) throws InterruptedException {
        JsonNode job = call("POST", path, body);
        String id = job.required("id").asString();
        while (job.required("state").asString().equals("running")) {
            progress.accept(job.path("progress").asDouble(0));
            Thread.sleep(POLL);
            job = call("GET", "/v1/jobs/" + id, null);
        }
        if (!job.required("state").asString().equals("succeeded")) {
            JsonNode error = job.path("error");
            boolean refused = error.path("code").asString("").matches("invalid_argument|not_found|conflict");
            throw new ServerFailure(
                    refused ? 400 : 500,
                    job.path("kind").asString("job") + ": "
                            + error.path("message").asString(job.toString()));
        }
        progress.accept(1);
        return job.path("result");
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private JsonNode call(String method, String path, @Nullable Object body) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(server.resolve(path))
                .timeout(TIMEOUT)
                .header("content-type", "application/json")
                .method(
                        method,
                        body == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(json.writeValueAsBytes(body)));
        if (key != null) {
            builder.header("authorization", "Bearer " + key);
        }
        try {
            HttpResponse<byte[]> response = http.send(builder.build(), BodyHandlers.ofByteArray());
            JsonNode answer = response.body().length == 0 ? json.nullNode() : json.readTree(response.body());
            if (response.statusCode() >= 300) {
                JsonNode error = answer.path("error");
                throw new ServerFailure(
                        response.statusCode(),
                        error.path("message").asString(response.toString()),
                        true,
                        refusal(error.path("details")));
            }
            return answer;
        } catch (JacksonException e) {
            throw new ServerFailure(502, server + " does not speak JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ServerFailure(503, "cannot reach " + server + ": " + e, false, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerFailure(503, "interrupted");
        }
    }

    private static ServerFailure.@Nullable Refusal refusal(JsonNode details) {
        return details.isObject()
                ? new ServerFailure.Refusal(
                        details.path("field").asString(""),
                        details.path("expected").asString(""),
                        details.path("got").asString(""))
                : null;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
