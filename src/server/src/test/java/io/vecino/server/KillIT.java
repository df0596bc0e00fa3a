package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server killed in the middle of writes, again and again on one directory. Each writer sends batches one after the
 * other; every second batch replaces the points of the one before it. Every second kill waits for the first acknowledgement,
 * which a busy machine may otherwise never come to.
 */
final class KillIT {
    private static final int ROUNDS = Boolean.getBoolean("vecino.test.long") ? 250 : 5;
    private static final int WRITERS = 3;
    private static final int BATCH = 20;
    private static final int DIMENSION = 48;
    private static final int MIN_MILLIS = 5;
    private static final int MAX_MILLIS = 600;
    private static final long IDS_PER_WRITER = 1_000_000_000L;
    private static final String COLLECTION = "/v1/collections/c";

    private final JsonMapper json = new JsonMapper();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** How far a writer came: batches 0 to {@code acknowledged - 1} were acknowledged, the next may have been sent. */
    private static final class Writer {
        private final int number;
        private int acknowledged;
        private int verified;

        Writer(int number) {
            this.number = number;
        }

        /** Batches 2n and 2n + 1 have the same ids. */
        long id(int batch, int point) {
            return number * IDS_PER_WRITER + (batch / 2) * (long) BATCH + point;
        }
    }

    private static float[] vector(long id, int batch) {
        Random random = new Random(31 * id + batch);
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private HttpResponse<byte[]> send(URI uri, String method, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Sends batches until the server is gone. */
    private Void write(ServerProcess server, Writer writer, CountDownLatch some) throws InterruptedException {
        try {
            while (true) {
                int batch = writer.acknowledged;
                String points = IntStream.range(0, BATCH)
                        .mapToLong(point -> writer.id(batch, point))
                        .mapToObj(id -> "{\"id\":" + id + ",\"vector\":\"" + base64(vector(id, batch)) + "\"}")
                        .collect(Collectors.joining(","));
                HttpResponse<byte[]> answer =
                        send(server.uri(COLLECTION + "/points"), "POST", "{\"points\":[" + points + "]}");
                assertEquals(200, answer.statusCode());
                writer.acknowledged++;
                some.countDown();
            }
        } catch (IOException _) {
            return null;
        }
    }

    /** The batch whose vector a point has: {@code -1} if the point is not there. */
    private int batchOf(ServerProcess server, long id, int latest) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = send(server.uri(COLLECTION + "/points/" + id + "?with_vector=true"), "GET", "");
        if (answer.statusCode() == 404) {
            return -1;
        }
        assertEquals(200, answer.statusCode());
        JsonNode read = json.readTree(answer.body()).required("vector");
        for (int batch = latest; batch >= 0 && batch / 2 == latest / 2; batch--) {
            if (same(vector(id, batch), read)) {
                return batch;
            }
        }
        throw new AssertionError("point " + id + " has a vector that nobody sent");
    }

    private static boolean same(float[] sent, JsonNode read) {
        for (int i = 0; i < sent.length; i++) {
            if (Float.floatToIntBits(sent[i])
                    != Float.floatToIntBits(Float.parseFloat(read.get(i).asString()))) {
                return false;
            }
        }
        return read.size() == sent.length;
    }

    /** Checks what the writer sent from a batch on; returns how many of these points are there. */
    private long verify(ServerProcess server, Writer writer, int first) throws IOException, InterruptedException {
        long present = 0;
        int sent = writer.acknowledged;
        for (int last = first / 2 * 2 + 1; last / 2 <= sent / 2; last += 2) {
            List<Integer> found = new ArrayList<>();
            for (int point = 0; point < BATCH; point++) {
                found.add(batchOf(server, writer.id(last, point), last));
            }
            String where = "writer " + writer.number + ", batch " + last + " after " + sent + " acknowledged: " + found;
            assertEquals(1, found.stream().distinct().count(), where);
            int kept = found.getFirst();
            int latestAcknowledged = Math.min(last, sent - 1) / 2 == last / 2 ? Math.min(last, sent - 1) : -1;
            assertTrue(kept >= latestAcknowledged && kept <= sent, where);
            present += kept >= 0 ? BATCH : 0;
            if (last / 2 == sent / 2 && kept == sent) {
                writer.acknowledged++;
            }
        }
        return present;
    }

    /** Each of the writer's last points must be what an exact search for its vector finds first. */
    private void verifySearch(ServerProcess server, Writer writer) throws IOException, InterruptedException {
        int batch = writer.acknowledged - 1;
        if (batch < 0) {
            return;
        }
        String searches = IntStream.range(0, BATCH)
                .mapToObj(point -> "{\"k\":1,\"params\":{\"exact\":true},\"vector\":\""
                        + base64(vector(writer.id(batch, point), batch)) + "\"}")
                .collect(Collectors.joining(","));
        HttpResponse<byte[]> answer =
                send(server.uri(COLLECTION + ":search-batch"), "POST", "{\"searches\":[" + searches + "]}");
        JsonNode results = json.readTree(answer.body()).required("results");
        for (int point = 0; point < BATCH; point++) {
            assertEquals(
                    writer.id(batch, point),
                    results.get(point).get(0).required("id").asLong());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fsync", "wal"})
    void keepsEveryAcknowledgedPointThroughKills(String durability, @TempDir Path directory) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Writer> writers = IntStream.range(0, WRITERS).mapToObj(Writer::new).toList();
        long checked;
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
                ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor()) {
            for (int round = 0; round < ROUNDS; round++) {
                try (ServerProcess server = new ServerProcess(directory)) {
                    if (round == 0) {
                        String settings = "{\"dimension\":" + DIMENSION + ",\"metric\":\"l2\",\"durability\":\""
                                + durability + "\"}";
                        assertEquals(
                                201,
                                send(server.uri(COLLECTION), "PUT", settings).statusCode());
                    }
                    verify(server, writers, threads, false);
                    int millis = random.nextInt(MIN_MILLIS, MAX_MILLIS);
                    CountDownLatch some = new CountDownLatch(1);
                    List<Future<Void>> running = new ArrayList<>();
                    for (Writer writer : writers) {
                        running.add(threads.submit(() -> write(server, writer, some)));
                    }
                    if (round % 2 == 1) {
                        assertTrue(some.await(1, TimeUnit.MINUTES), "nothing was acknowledged");
                    }
                    Future<?> kill = killer.schedule(
                            () -> {
                                server.kill();
                                return null;
                            },
                            millis,
                            TimeUnit.MILLISECONDS);
                    for (Future<Void> one : running) {
                        one.get();
                    }
                    kill.get();
                }
            }
            try (ServerProcess server = new ServerProcess(directory)) {
                checked = verify(server, writers, threads, true);
            }
        }
        System.err.println(
                "seed " + seed + ", " + durability + ": " + ROUNDS + " kills, " + checked + " points verified");
        assertTrue(checked > 0);
    }

    /** What was sent since the last time, or everything; returns how many points were checked. */
    private long verify(ServerProcess server, List<Writer> writers, ExecutorService threads, boolean everything)
            throws Exception {
        List<Future<Long>> running = new ArrayList<>();
        for (Writer writer : writers) {
            running.add(threads.submit(() -> {
                long present = verify(server, writer, everything ? 0 : writer.verified);
                writer.verified = writer.acknowledged;
                verifySearch(server, writer);
                return present;
            }));
        }
        long present = 0;
        for (Future<Long> one : running) {
            present += one.get();
        }
        if (everything) {
            HttpResponse<byte[]> info = send(server.uri(COLLECTION), "GET", "");
            assertEquals(present, json.readTree(info.body()).required("points").asLong());
        }
        return present;
    }
}
