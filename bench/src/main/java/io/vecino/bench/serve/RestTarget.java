package io.vecino.bench.serve;

import io.vecino.client.Values;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/** A server over REST, by the JDK's client on HTTP/1.1, vectors in base64. */
public final class RestTarget implements Target {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI search;
    private final URI points;

    public RestTarget(String url, String collection) {
        URI base = URI.create(url + "/v1/collections/" + collection);
        this.search = URI.create(base + ":search");
        this.points = URI.create(base + "/points");
    }

    @Override
    public String name() {
        return "rest";
    }

    private static String base64(float[] vector) {
        ByteBuffer encoded = Base64.getEncoder().encode(Values.vector(vector).asReadOnlyByteBuffer());
        return StandardCharsets.ISO_8859_1.decode(encoded).toString();
    }

    @Override
    public long search(float[] query, int k) {
        byte[] reply = post(search, "{\"vector\":\"" + base64(query) + "\",\"k\":" + k + "}");
        try (JsonParser json = JsonMapper.shared().createParser(reply)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.PROPERTY_NAME && "time_us".equals(json.currentName())) {
                    json.nextToken();
                    return json.getLongValue();
                }
            }
        }
        throw new IllegalStateException("the reply does not say how long the search took");
    }

    @Override
    public Loader loader() {
        return new Loader() {
            @Override
            public void add(long first, float[][] vectors) {
                StringBuilder body = new StringBuilder("{\"points\":[");
                for (int i = 0; i < vectors.length; i++) {
                    body.append(i == 0 ? "" : ",")
                            .append("{\"id\":")
                            .append(first + i)
                            .append(",\"vector\":\"")
                            .append(base64(vectors[i]))
                            .append("\"}");
                }
                var _ = post(points, body.append("]}").toString());
            }

            @Override
            public void close() {}
        };
    }

    private byte[] post(URI uri, String body) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.ISO_8859_1))
                .build();
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(
                        response.statusCode() + ": " + new String(response.body(), StandardCharsets.UTF_8));
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
