package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Random bytes and requests with something wrong; ten minutes of them with {@code -Dvecino.test.long}. */
final class HttpFuzzIT {
    private static final Duration TIME =
            Boolean.getBoolean("vecino.test.long") ? Duration.ofMinutes(10) : Duration.ofSeconds(5);
    private static final int CLIENTS = 3;
    private static final int ROUND = 500;
    private static final int PATIENCE_MILLIS = 30;
    private static final String C = "/v1/collections/c";
    private static final String POINT =
            "{\"id\":7,\"vector\":[0.5,1e-3,-2,3],\"payload\":{\"a\":[1,\"x\",null,{\"b\":true}]}}";
    private static final String FILTER =
            "{\"any\":[{\"field\":\"a\",\"eq\":1},{\"not\":{\"field\":\"b.c\",\"gte\":2,\"lt\":5}},{\"has_id\":[1,\"x\"]}]}";
    private static final String SEARCH = "{\"vector\":[1,2,3,4],\"k\":3,\"offset\":1,\"filter\":" + FILTER
            + ",\"params\":{\"efSearch\":9,\"oversample\":2,\"exact\":false},\"with_payload\":true,\"with_vector\":true}";
    private static final List<String[]> REQUESTS = List.of(
            new String[] {"GET", "/v1/collections", ""},
            new String[] {"PUT", C, "{\"dimension\":4,\"metric\":\"l2\",\"pipeline\":\"none/int8\",\"index\":\"flat\"}"
            },
            new String[] {"GET", C, ""},
            new String[] {
                "POST",
                C + "/points",
                "{\"points\":[" + POINT + ",{\"id\":\"t\",\"vector\":\"AACAPwAAgD8AAIA/AACAPw==\"}]}"
            },
            new String[] {"POST", C + "/points", "{\"points\":[" + POINT + "]}"},
            new String[] {"POST", C + "/points:delete", "{\"ids\":[1,\"x\",\"123e4567-e89b-12d3-a456-426614174000\"]}"},
            new String[] {"POST", C + "/points:payload", "{\"ids\":[7],\"merge\":{\"z\":[1.5]}}"},
            new String[] {"POST", C + "/points:scroll", "{\"limit\":5,\"filter\":" + FILTER + ",\"with_vector\":true}"},
            new String[] {"POST", C + "/points:count", "{\"filter\":" + FILTER + "}"},
            new String[] {"GET", C + "/points/7?with_vector=true", ""},
            new String[] {"POST", C + ":search", SEARCH},
            new String[] {"POST", C + ":search?explain=true", SEARCH},
            new String[] {"POST", C + ":search-batch", "{\"searches\":[" + SEARCH + "," + SEARCH + "]}"},
            new String[] {"POST", C + ":optimize", "{}"},
            new String[] {"POST", C + ":apply", "{\"pipeline\":\"pca:2/int8\",\"index\":\"flat\"}"},
            new String[] {"POST", C + ":undo", ""},
            new String[] {"GET", C + "/snapshots", ""},
            new String[] {"POST", C + "/snapshots/s:restore", "{\"collection\":\"d\",\"replace\":true}"},
            new String[] {"GET", "/v1/jobs", ""},
            new String[] {"GET", "/v1/jobs/123e4567-e89b-12d3-a456-426614174000", ""},
            new String[] {"GET", "/openapi.yaml", ""},
            new String[] {"GET", "/metrics", ""},
            new String[] {"GET", "/readyz", ""});

    private final LongAdder unanswered = new LongAdder();

    @Test
    void answersBadInputWithNothingWorseThanARefusal(@TempDir Path directory) throws Exception {
        long seed = Long.getLong("vecino.test.seed", System.nanoTime());
        ListAppender<ILoggingEvent> errors = new ListAppender<>();
        errors.start();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(errors);
        long sent = 0;
        Map<String, Long> answers;
        try (TestServer server = new TestServer(directory);
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            long end = System.nanoTime() + TIME.toNanos();
            for (int round = 0; System.nanoTime() - end < 0; round++) {
                prepare(server);
                List<Future<Long>> running = new ArrayList<>();
                for (int client = 0; client < CLIENTS; client++) {
                    RequestMutator mutator = new RequestMutator(new Random(seed + 31L * round + client), REQUESTS);
                    boolean patient = client == 0;
                    running.add(clients.submit(() -> send(server, mutator, patient, end)));
                }
                for (Future<Long> one : running) {
                    sent += one.get();
                }
                server.assertAtRest();
                assertEquals(
                        200,
                        server.send(HttpRequest.newBuilder(server.uri("/healthz"))
                                        .build())
                                .status());
            }
            answers = answers(server);
        } finally {
            root.detachAppender(errors);
        }
        System.err.println("seed " + seed + ", http: " + sent + " connections of bad input, " + unanswered
                + " ended without waiting for an answer, answers " + answers);
        assertTrue(sent > 0);
        answers.keySet().forEach(status -> assertTrue(status.compareTo("500") < 0, status));
        assertEquals(
                List.of(),
                errors.list.stream()
                        .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
                        .map(ILoggingEvent::getFormattedMessage)
                        .toList());
    }

    /** What earlier input created is removed, and what later input is about is there. */
    private static void prepare(TestServer server) {
        for (String name : server.engine().collections()) {
            if (!name.equals("c")) {
                server.engine().delete(name);
            }
        }
        try {
            server.engine().create("c", CollectionConfig.of(4, Metric.L2));
        } catch (EngineException.Conflict _) {
            assertTrue(server.engine().collections().contains("c"));
        }
    }

    private long send(TestServer server, RequestMutator mutator, boolean patient, long end) {
        long sent = 0;
        byte[] answer = new byte[8 << 10];
        while (sent < ROUND && System.nanoTime() - end < 0) {
            sent++;
            try (Socket socket = new Socket()) {
                socket.connect(server.server().address());
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.getOutputStream().write(mutator.next());
                InputStream in = socket.getInputStream();
                int read = in.read(answer);
                while (patient && read >= 0) {
                    read = in.read(answer);
                }
            } catch (IOException _) {
                // It waits for the rest of what it took for a beginning, or closed before it had read everything.
                unanswered.increment();
            }
        }
        return sent;
    }

    private static Map<String, Long> answers(TestServer server) {
        String metrics = new String(
                server.send(HttpRequest.newBuilder(server.uri("/metrics")).build())
                        .http()
                        .body(),
                StandardCharsets.UTF_8);
        Map<String, Long> answers = new TreeMap<>();
        metrics.lines()
                .filter(line -> line.startsWith("vecino_requests_seconds_count{"))
                .forEach(line -> answers.merge(
                        line.replaceAll(".*status=\"(\\d+)\".*", "$1"),
                        Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)),
                        Long::sum));
        return answers;
    }
}
