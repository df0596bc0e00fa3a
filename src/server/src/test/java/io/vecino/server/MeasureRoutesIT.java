package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class MeasureRoutesIT {
    private TestServer server;

    @BeforeEach
    void start(@TempDir Path directory) {
        server = new TestServer(directory).withCollection(4);
        String points = IntStream.range(0, 300)
                .mapToObj(i -> "{'id':" + i + ",'vector':[" + i + "," + i % 7 + "," + i % 11 + ",1],'payload':{'n':"
                        + i % 2 + "}}")
                .collect(Collectors.joining(","));
        server.post("/v1/collections/c/points", "{'points':[" + points + "]}").expect(200);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void givesRecallStepByStep() {
        JsonNode report = server.post(
                        "/v1/collections/c:measure",
                        "{'queries':[[10.2,3,1,1],[99,0,0,1]],'k':5,'params':{'oversample':2},"
                                + "'filter':{'field':'n','eq':1},'relevant':[[11],[]],'worst':2}")
                .expect(200)
                .json();
        assertEquals(2, report.at("/queries").asInt());
        assertEquals(1.0, report.at("/recall").asDouble());
        assertEquals(5, report.at("/stages").size());
        assertEquals("filter", report.at("/stages/4/step").asString());
        assertEquals(1, report.at("/exact_ranking/queries").asInt());
        assertTrue(report.at("/findings").size() > 0);
    }

    @Test
    void tunesAsAJob() {
        String job = "/v1/jobs/"
                + server.post(
                                "/v1/collections/c:tune",
                                "{'held_out':50,'grid':['none/int8'],'indexes':['flat'],'oversamples':[1],'max_bytes':20}")
                        .expect(202)
                        .at("/id")
                        .asString();
        TestServer.await(() -> !server.get(job).at("/state").asString().equals("running"));
        JsonNode ended = server.get(job).json();
        assertEquals("succeeded", ended.at("/state").asString(), ended::toString);
        assertTrue(ended.at("/result/recommended/recall").asDouble() > 0.5, ended::toString);
        server.post("/v1/collections/c:tune", "{'max_bytes':0}").expect(400);
        server.post("/v1/collections/c:tune", "{'grid':['pca:9/int8']}").expect(400);
    }

    @Test
    void samplesStoredPointsWhereNoQueriesAreGiven() {
        JsonNode report = server.post("/v1/collections/c:measure", "{'sample':7}")
                .expect(200)
                .json();
        assertEquals(7, report.at("/queries").asInt());
        assertEquals(10, report.at("/k").asInt());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "/v1/collections/c:measure|{'queries':[[1,2]]}|400",
                "/v1/collections/c:measure|{'queries':[[1,2,3,4]],'sample':3}|400",
                "/v1/collections/c:measure|{'k':0}|400",
                "/v1/collections/c:measure|{'params':{'exact':true}}|400",
                "/v1/collections/c:measure|{'unknown':1}|400",
                "/v1/collections/none:measure|{}|404",
            })
    void refusesWhatCannotBeMeasured(String target, String body, int status) {
        server.post(target, body).expect(status);
    }
}
