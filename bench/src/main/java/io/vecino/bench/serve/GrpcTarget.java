package io.vecino.bench.serve;

import io.vecino.api.v1.Point;
import io.vecino.api.v1.SearchReply;
import io.vecino.client.BulkUpsert;
import io.vecino.client.ClientConfig;
import io.vecino.client.RemoteCollection;
import io.vecino.client.RetryPolicy;
import io.vecino.client.Values;
import io.vecino.client.VecinoClient;
import java.util.ArrayList;
import java.util.List;

/** A server over gRPC, by the Java client without retries: a refusal counts. */
public final class GrpcTarget implements Target {
    private final VecinoClient client;
    private final RemoteCollection collection;

    public GrpcTarget(String host, int port, String collection) {
        this.client = VecinoClient.connect(ClientConfig.of(host, port).withRetry(RetryPolicy.NONE));
        this.collection = client.collection(collection);
    }

    VecinoClient client() {
        return client;
    }

    @Override
    public String name() {
        return "grpc";
    }

    @Override
    public long search(float[] query, int k) {
        SearchReply reply = collection.searchTimed(Values.query(query, k));
        if (reply.getPointsCount() == 0) {
            throw new IllegalStateException("nothing was found");
        }
        return reply.getTimeUs();
    }

    @Override
    public Loader loader() {
        BulkUpsert stream = collection.bulkUpsert();
        return new Loader() {
            @Override
            public void add(long first, float[][] vectors) {
                List<Point> points = new ArrayList<>(vectors.length);
                for (int i = 0; i < vectors.length; i++) {
                    points.add(Values.point(Values.id(first + i), vectors[i]));
                }
                stream.add(points);
            }

            @Override
            public void close() {
                stream.close();
            }
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
