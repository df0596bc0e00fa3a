package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** What is told of single requests. */
final class TracingIT {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @Test
    void explainsASearchIfAskedTo(@TempDir Path directory) {
        try (TestServer server = new TestServer(directory).withCollection(2)) {
            server.post("/v1/collections/c/points", "{'points':[{'id':1,'vector':[1,2]},{'id':2,'vector':[3,4]}]}")
                    .expect(200);
            String search = "{'vector':[1,2],'k':1}";
            TestServer.Answer answer = server.post("/v1/collections/c:search?explain=true", search);
            answer.expect(200);
            assertEquals("scan", answer.at("/explain/plan/0/method").asString());
            assertEquals(2, answer.at("/explain/plan/0/points").asInt());
            assertTrue(answer.at("/explain/stages_us/traverse").asDouble() > 0);
            assertTrue(server.post("/v1/collections/c:search?explain=false", search)
                    .at("/explain")
                    .isMissingNode());
            server.post("/v1/collections/c:search?explain=yes", search)
                    .expectInvalid("explain", "explain: expected true or false, got yes");
        }
    }

    @Test
    void writesSlowSearchesDownWithoutWhatWasAsked(@TempDir Path directory) {
        ListAppender<ILoggingEvent> written = new ListAppender<>();
        written.start();
        Logger log = (Logger) LoggerFactory.getLogger("io.vecino.slow");
        log.addAppender(written);
        try (TestServer server =
                new TestServer(directory, TestServer.config().withSlowSearch(Duration.ZERO), Limits.DEFAULT)) {
            server.withCollection(2)
                    .post(
                            "/v1/collections/c:search",
                            "{'vector':[0.25,0.75],'k':3,'filter':{'field':'name','eq':'secret'}}")
                    .expect(200);
        } finally {
            log.detachAppender(written);
        }
        assertEquals(1, written.list.size());
        ILoggingEvent event = written.list.getFirst();
        List<String> names =
                event.getKeyValuePairs().stream().map(pair -> pair.key).toList();
        assertTrue(names.containsAll(List.of("collection", "request", "us", "k", "filter", "traverse_us", "plan")));
        String text =
                event.getKeyValuePairs().stream().map(KeyValuePair::toString).toList() + event.getFormattedMessage();
        assertFalse(text.contains("secret") || text.contains("0.25"), text);
    }

    @Test
    void writesEveryRequestDownIfAskedTo(@TempDir Path directory) {
        ListAppender<ILoggingEvent> written = new ListAppender<>();
        written.start();
        Logger log = (Logger) LoggerFactory.getLogger("io.vecino.access");
        log.addAppender(written);
        log.setLevel(Level.INFO);
        try (TestServer server = new TestServer(directory)) {
            TestServer.Answer answer = server.send(HttpRequest.newBuilder(server.uri("/healthz"))
                    .header("X-Request-Id", "my-id")
                    .build());
            assertEquals(List.of("my-id"), answer.http().headers().allValues("X-Request-Id"));
            TestServer.await(() -> written.list.size() == 1);
            String text = written.list.getFirst().getKeyValuePairs().toString();
            assertTrue(text.contains("request=\"my-id\""), text);
            assertTrue(text.contains("operation=\"GET /healthz\"") && text.contains("status=\"200\""), text);
        } finally {
            log.detachAppender(written);
            log.setLevel(null);
        }
    }

    @Test
    void continuesTheTraceOfACallerIfTracesAreConfigured(@TempDir Path directory) {
        InMemorySpanExporter spans = InMemorySpanExporter.create();
        GlobalOpenTelemetry.resetForTest();
        try (OpenTelemetrySdk _ = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .buildAndRegisterGlobal()) {
            try (TestServer server = new TestServer(directory).withCollection(2)) {
                server.send(HttpRequest.newBuilder(server.uri("/v1/collections/c:search"))
                        .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"vector\":[1,2],\"k\":1}"))
                        .build());
                TestServer.await(() -> search(spans).isPresent());
            }
            SpanData span = search(spans).orElseThrow();
            assertEquals(TRACE, span.getTraceId());
            assertEquals(200, span.getAttributes().get(AttributeKey.longKey("http.response.status_code")));
            assertTrue(span.getAttributes().asMap().containsKey(AttributeKey.longKey("vecino.search.traverse_us")));
        } finally {
            GlobalOpenTelemetry.resetForTest();
        }
    }

    // Spans end after their responses are sent: that of an earlier request may come at any time.
    private static Optional<SpanData> search(InMemorySpanExporter spans) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals("POST /v1/collections/{c}:search"))
                .findFirst();
    }
}
