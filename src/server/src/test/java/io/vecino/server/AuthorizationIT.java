package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vecino.server.auth.ApiKey;
import io.vecino.server.auth.ApiKeys;
import io.vecino.server.auth.Scope;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A server that asks for keys. */
final class AuthorizationIT {
    private static final String UPSERT = "{'points':[{'id':1,'vector':[1,2]}]}";
    private static final String SEARCH = "{'vector':[1,2],'k':1}";

    private final String reader = ApiKey.newSecret();
    private final String writer = ApiKey.newSecret();
    private final String admin = ApiKey.newSecret();
    private final String owner = ApiKey.newSecret();
    private final ApiKeys keys = ApiKeys.of(List.of(
            ApiKey.of("reader", Scope.READ, Set.of(), reader),
            ApiKey.of("writer", Scope.WRITE, Set.of("c"), writer),
            ApiKey.of("admin", Scope.ADMIN, Set.of(), admin),
            ApiKey.of("owner", Scope.ADMIN, Set.of("mine"), owner)));
    private final ListAppender<ILoggingEvent> audit = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger("io.vecino.audit");

    private TestServer server;
    private RawConnection raw;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        audit.start();
        log.setLevel(Level.INFO);
        log.addAppender(audit);
        server = new TestServer(directory, TestServer.config().withKeys(keys), Limits.DEFAULT);
        raw = server.connect();
        assertEquals(201, call(admin, "PUT", "/v1/collections/c", "{'dimension':2,'metric':'l2'}"));
    }

    @AfterEach
    void stop() throws IOException {
        raw.close();
        server.close();
        log.detachAppender(audit);
        log.setLevel(null);
    }

    private int call(String key, String method, String target, String body) {
        return answer(key, method, target, body).status();
    }

    private TestServer.Answer answer(String key, String method, String target, String body) {
        return server.send(HttpRequest.newBuilder(server.uri(target))
                .header("Authorization", "Bearer " + key)
                .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                .build());
    }

    private List<String> audited() {
        return audit.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 30000000",
                "Content-Length: 30000000\r\nExpect: 100-continue",
                "Content-Length: 99999999999",
                "Transfer-Encoding: chunked",
                "Content-Length: 30000000\r\nAuthorization: Bearer wrong",
                "Content-Length: 30000000\r\nX-Api-Key: wrong"
            })
    void asksForAKeyBeforeTheBodyIsSent(String headers) throws IOException {
        raw.write("POST /v1/collections/c/points HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n\r\n");
        RawConnection.Answer answer = raw.read();
        assertEquals(401, answer.status());
        assertEquals("Bearer", answer.header("WWW-Authenticate"));
        assertEquals(
                "unauthenticated",
                TestServer.JSON.readTree(answer.body()).at("/error/code").asString());
        assertTrue(raw.closed());
        assertEquals(0, server.heldBytes());
    }

    @Test
    void refusesAKeyThatDoesNotReachSoFarBeforeTheBodyIsSent() throws IOException {
        raw.write("POST /v1/collections/c/points HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000000\r\n"
                + "Authorization: Bearer " + reader + "\r\n\r\n");
        assertEquals(403, raw.read().status());
        assertTrue(raw.closed());
    }

    @Test
    void keepsTheConnectionIfThereIsNoBody() throws IOException {
        String head = "GET /v1/collections HTTP/1.1\r\nHost: localhost\r\n";
        assertEquals(401, raw.write(head + "\r\n").read().status());
        assertEquals(
                200,
                raw.write(head + "X-Api-Key: " + reader + "\r\n\r\n").read().status());
    }

    @Test
    void doesNotSayWhichPathsThereAreWithoutAKey() {
        assertEquals(401, call("wrong", "GET", "/v1/collections/c", ""));
        assertEquals(401, call("wrong", "GET", "/nothing/here", ""));
        assertEquals(404, call(reader, "GET", "/nothing/here", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz", "/openapi.yaml"})
    void answersWithoutAKeyWhatGivesNothingAway(String target) {
        assertEquals(200, call("wrong", "GET", target, ""));
    }

    @Test
    void letsEachScopeDoWhatItShouldAndNoMore() {
        assertEquals(403, call(reader, "POST", "/v1/collections/c/points", UPSERT));
        assertEquals(200, call(writer, "POST", "/v1/collections/c/points", UPSERT));
        assertEquals(200, call(reader, "POST", "/v1/collections/c:search", SEARCH));
        assertEquals(200, call(writer, "POST", "/v1/collections/c:search", SEARCH));
        assertEquals(403, call(writer, "POST", "/v1/collections/c:optimize", ""));
        assertEquals(403, call(writer, "DELETE", "/v1/collections/c", ""));
        assertEquals(403, call(reader, "PUT", "/v1/collections/d", "{'dimension':2,'metric':'l2'}"));
        assertEquals(204, call(admin, "DELETE", "/v1/collections/c", ""));
    }

    @Test
    void showsACallerOnlyTheirCollections() {
        assertEquals(201, call(owner, "PUT", "/v1/collections/mine", "{'dimension':2,'metric':'l2'}"));
        assertEquals(403, call(owner, "GET", "/v1/collections/c", ""));
        assertEquals(403, call(owner, "DELETE", "/v1/collections/c", ""));
        assertEquals(403, call(writer, "POST", "/v1/collections/mine:search", SEARCH));
        assertEquals(
                1,
                answer(owner, "GET", "/v1/collections", "").at("/collections").size());
        assertEquals(
                2,
                answer(reader, "GET", "/v1/collections", "").at("/collections").size());
        String job = answer(admin, "POST", "/v1/collections/c:optimize", "")
                .at("/id")
                .asString();
        assertEquals(404, call(owner, "GET", "/v1/jobs/" + job, ""));
        assertEquals(200, call(writer, "GET", "/v1/jobs/" + job, ""));
        assertEquals(0, answer(owner, "GET", "/v1/jobs", "").at("/jobs").size());
        assertEquals(1, answer(writer, "GET", "/v1/jobs", "").at("/jobs").size());
    }

    @Test
    void restoresOnlyIntoCollectionsOfTheCaller() {
        assertEquals(201, call(owner, "PUT", "/v1/collections/mine", "{'dimension':2,'metric':'l2'}"));
        String job = answer(owner, "POST", "/v1/collections/mine/snapshots", "{'name':'s'}")
                .at("/id")
                .asString();
        TestServer.await(() -> !"running"
                .equals(answer(owner, "GET", "/v1/jobs/" + job, "").at("/state").asString()));
        String restore = "/v1/collections/mine/snapshots/s:restore";
        assertEquals(403, call(owner, "POST", restore, "{'collection':'c','replace':true}"));
        assertEquals(202, call(owner, "POST", restore, "{'replace':true}"));
    }

    @Test
    void givesVectorsToAdministratorsOnly() {
        assertEquals(200, call(writer, "POST", "/v1/collections/c/points", UPSERT));
        String search = "{'vector':[1,2],'k':1,'with_vector':true}";
        for (String key : List.of(reader, writer)) {
            assertEquals(403, call(key, "GET", "/v1/collections/c/points/1?with_vector=true", ""));
            assertEquals(403, call(key, "POST", "/v1/collections/c/points:scroll", "{'with_vector':true}"));
            assertEquals(403, call(key, "POST", "/v1/collections/c:search", search));
            assertEquals(403, call(key, "POST", "/v1/collections/c:search-batch", "{'searches':[" + search + "]}"));
        }
        assertEquals(200, call(reader, "GET", "/v1/collections/c/points/1", ""));
        assertEquals(200, call(admin, "GET", "/v1/collections/c/points/1?with_vector=true", ""));
        assertEquals(200, call(admin, "POST", "/v1/collections/c/points:scroll", "{'with_vector':true}"));
        assertEquals(200, call(admin, "POST", "/v1/collections/c:search", search));
    }

    @Test
    void writesDownAdministrationAndRefusals() {
        assertEquals(200, call(writer, "POST", "/v1/collections/c/points", UPSERT));
        assertEquals(403, call(writer, "DELETE", "/v1/collections/c", ""));
        assertEquals(401, call("wrong", "DELETE", "/v1/collections/c", ""));
        assertEquals(404, call(admin, "DELETE", "/v1/collections/a%0Ab", ""));
        List<String> lines = audited();
        assertEquals(4, lines.size(), lines::toString);
        assertTrue(
                lines.get(0)
                        .matches("key=admin operation=\"PUT /v1/collections/\\{c}\" subject=c "
                                + "request=\\w+ remote=127\\.0\\.0\\.1 outcome=201"),
                lines.get(0));
        assertTrue(lines.get(1).startsWith("forbidden key=writer operation=\"DELETE"), lines.get(1));
        assertTrue(lines.get(2).startsWith("unauthenticated request="), lines.get(2));
        assertTrue(lines.get(3).contains("subject=a?b"), lines.get(3));
        lines.forEach(line -> assertFalse(line.contains(admin) || line.contains(writer)));
    }

    @Test
    void keepsKeysOutOfAnswers() {
        TestServer.Answer answer = answer(writer, "DELETE", "/v1/collections/c", "");
        assertNotEquals("", answer.message());
        assertFalse(answer.json().toString().contains(writer));
    }
}
