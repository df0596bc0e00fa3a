package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vecino.model.EngineException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RouterTest {
    private final Router router = new Router(List.of(
            route("GET", "/v1/collections"),
            route("GET", "/v1/collections/{c}"),
            route("PUT", "/v1/collections/{c}"),
            route("POST", "/v1/collections/{c}:search"),
            route("POST", "/v1/collections/{c}:search-batch"),
            route("POST", "/v1/collections/{c}/points:delete"),
            route("GET", "/v1/collections/{c}/points/{id}")));

    private static Route route(String method, String template) {
        return Route.read(method, template, _ -> Response.noContent());
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/collections, /v1/collections",
        "GET, /v1/collections/docs, /v1/collections/{c}",
        "POST, /v1/collections/docs:search, /v1/collections/{c}:search",
        "POST, /v1/collections/docs:search-batch, /v1/collections/{c}:search-batch",
        "POST, /v1/collections/docs/points:delete, /v1/collections/{c}/points:delete",
        "GET, /v1/collections/docs/points/a:b, /v1/collections/{c}/points/{id}",
        "GET, /v1/collections/docs/points/7?with_vector=true, /v1/collections/{c}/points/{id}"
    })
    void findsTheRouteOfAPath(String method, String target, String template) {
        assertEquals(template, router.find(method, target).route().template());
    }

    @Test
    void decodesWhatStandsForAParameter() {
        Router.Match match = router.find("GET", "/v1/collections/docs/points/caf%C3%A9%2Fa%20b+c");
        assertEquals(Map.of("c", "docs", "id", "café/a b+c"), match.names());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1/collections/",
                "/v2/collections",
                "/v1/collections/docs:forget",
                "/v1/collections/a/b/c/d",
                "v1/collections",
                "*",
                ""
            })
    void knowsNoOtherPath(String target) {
        assertThrows(EngineException.NotFound.class, () -> router.find("GET", target));
    }

    @Test
    void namesTheMethodsThatAPathHas() {
        HttpFailure.MethodNotAllowed failure =
                assertThrows(HttpFailure.MethodNotAllowed.class, () -> router.find("DELETE", "/v1/collections/docs"));
        assertEquals("GET, PUT", failure.allow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "%zz", "%C3", "%FF", "a%20%"})
    void refusesWhatCannotBeDecoded(String id) {
        EngineException.InvalidArgument failure = assertThrows(
                EngineException.InvalidArgument.class, () -> router.find("GET", "/v1/collections/docs/points/" + id));
        assertEquals("id", failure.field());
    }

    @Test
    void readsFlagsFromTheQuery() {
        Query query = Query.parse("with_vector=true&with%5Fpayload=false");
        assertEquals(Map.of("with_vector", "true", "with_payload", "false"), query.values());
        query.requireOnly("with_vector", "with_payload");
        assertEquals(
                List.of(true, false, false),
                List.of(query.flag("with_vector"), query.flag("with_payload"), query.flag("x")));
    }

    @ParameterizedTest
    @CsvSource({"with_vector=yes,with_vector", "with_vector,with_vector", "a=1&a=2,a", "other=1,other"})
    void refusesQueriesThatItDoesNotKnow(String raw, String field) {
        EngineException.InvalidArgument failure = assertThrows(EngineException.InvalidArgument.class, () -> {
            Query query = Query.parse(raw);
            query.requireOnly("with_vector");
            query.flag("with_vector");
        });
        assertEquals(field, failure.field());
    }
}
