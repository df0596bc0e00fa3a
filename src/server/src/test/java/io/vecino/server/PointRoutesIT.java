package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.PointId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class PointRoutesIT {
    private static final String POINTS = "/v1/collections/c/points";

    private TestServer server;

    @BeforeEach
    void start(@TempDir Path directory) {
        server = new TestServer(directory).withCollection(3);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private long stored() {
        return server.engine().collection("c").info().points();
    }

    @Test
    void filtersScrollsCountsAndChangesPayloads() {
        server.put(
                        "/v1/collections/f",
                        "{'dimension':2,'metric':'l2','payload_indexes':{'lang':'keyword','n':'integer'}}")
                .expect(201);
        String points = "/v1/collections/f/points";
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{'id':%d,'vector':[%d,0],'payload':{'lang':'%s','n':%d}}"
                            .formatted(i, i, i % 2 == 0 ? "en" : "de", i));
        }
        server.post(points, "{'points':[" + body + "]}").expect(200);
        String filter = "{'all':[{'field':'lang','eq':'en'},{'field':'n','gte':4,'lt':12}]}";
        TestServer.Answer hits = server.post(
                        "/v1/collections/f:search", "{'vector':[0,0],'k':3,'offset':1,'filter':" + filter + "}")
                .expect(200);
        assertEquals("[6, 8, 10]", hits.at("/result").findValues("id").toString());
        assertEquals(
                "[5, 7]",
                server.post("/v1/collections/f:search", "{'id':6,'k':5,'score_threshold':1.5}")
                        .expect(200)
                        .at("/result")
                        .findValues("id")
                        .toString());
        assertEquals(
                4,
                server.post(points + ":count", "{'filter':" + filter + "}")
                        .expect(200)
                        .at("/count")
                        .asInt());
        assertEquals(
                20,
                server.post(points + ":count", "{}").expect(200).at("/count").asInt());
        TestServer.Answer page = server.post(points + ":scroll", "{'limit':3,'filter':" + filter + "}")
                .expect(200);
        assertEquals("[4, 6, 8]", page.at("/points").findValues("id").toString());
        TestServer.Answer last = server.post(
                        points + ":scroll", "{'after':" + page.at("/next") + ",'limit':3,'filter':" + filter + "}")
                .expect(200);
        assertEquals("[10]", last.at("/points").findValues("id").toString());
        assertTrue(last.at("/next").isMissingNode());
        assertEquals(
                4,
                server.post(points + ":payload", "{'filter':" + filter + ",'merge':{'lang':'fr'}}")
                        .expect(200)
                        .at("/points")
                        .asInt());
        assertEquals(
                4,
                server.post(points + ":delete", "{'filter':{'field':'lang','eq':'fr'}}")
                        .expect(200)
                        .at("/points")
                        .asInt());
        server.post(points, "{'points':[{'id':1,'vector':[0,0],'if_version':77}]}")
                .expect(409);
        for (String bad : new String[] {
            "{'filter':{'field':'n'}}",
            "{'filter':{'field':'n','eq':1,'gt':2}}",
            "{'filter':{'eq':1}}",
            "{'filter':{'field':'n','gt':'x'}}",
            "{'filter':{'all':[{}]}}",
            "{'filter':{'field':'n','eq':{}}}"
        }) {
            server.post(points + ":count", bad).expect(400);
        }
    }

    @Test
    void storesReplacesAndRemovesPoints() {
        TestServer.Answer first = server.post(
                        POINTS,
                        "{'points':[{'id':1,'vector':[1,2,3],'payload':{'a':'b'}},{'id':'x','vector':[4,5,6]}]}")
                .expect(200);
        assertEquals(2, first.at("/points").asInt());
        TestServer.Answer second =
                server.post(POINTS, "{'points':[{'id':1,'vector':[7,8,9]}]}").expect(200);
        assertTrue(second.at("/version").asLong() > first.at("/version").asLong());
        assertEquals(2, stored());

        TestServer.Answer point = server.get(POINTS + "/1?with_vector=true").expect(200);
        assertEquals(
                TestServer.JSON.readTree("{\"id\":1,\"payload\":{},\"version\":"
                        + second.at("/version").asLong() + ",\"vector\":[7.0,8.0,9.0]}"),
                point.json());

        TestServer.Answer removed =
                server.post(POINTS + ":delete", "{'ids':[1,'x','never']}").expect(200);
        assertEquals(2, removed.at("/points").asInt());
        assertEquals(
                "not_found",
                server.get(POINTS + "/1").expect(404).at("/error/code").asString());
        assertEquals(0, stored());
    }

    @Test
    void keepsVectorsToItselfUnlessAsked() {
        server.post(POINTS, "{'points':[{'id':1,'vector':[1,2,3]}]}").expect(200);
        assertTrue(!server.get(POINTS + "/1").expect(200).json().has("vector"));
        assertTrue(
                !server.get(POINTS + "/1?with_vector=false").expect(200).json().has("vector"));
        server.get(POINTS + "/1?with_vector=1")
                .expectInvalid("with_vector", "with_vector: expected true or false, got 1");
        server.get(POINTS + "/1?vector=true").expect(400);
    }

    @Test
    void returnsEveryFloatBitForBit() {
        long seed = System.nanoTime();
        System.err.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            float[] vector = new float[3];
            for (int j = 0; j < vector.length; j++) {
                do {
                    vector[j] = Float.intBitsToFloat(random.nextInt());
                } while (!Float.isFinite(vector[j]));
            }
            ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(vector);
            String base64 = Base64.getEncoder().encodeToString(bytes.array());
            server.post(
                            POINTS,
                            "{'points':[{'id':1,'vector':'" + base64 + "'},{'id':2,'vector':[" + vector[0] + ","
                                    + vector[1] + "," + vector[2] + "]}]}")
                    .expect(200);
            for (int id = 1; id <= 2; id++) {
                JsonNode read =
                        server.get(POINTS + "/" + id + "?with_vector=true").at("/vector");
                for (int j = 0; j < vector.length; j++) {
                    assertEquals(Float.toString(vector[j]), read.get(j).asString());
                    assertEquals(
                            Float.floatToRawIntBits(vector[j]),
                            Float.floatToRawIntBits(Float.parseFloat(read.get(j).asString())));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "9223372036854775808,9223372036854775808",
        "18446744073709551615,18446744073709551615",
        "'''f81d4fae-7dec-11d0-a765-00a0c91e6bf6''',f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "'''f81d4fae-7dec-11d0-a765-00a0c91e6bf6''',F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
        "'''a/b?c#d e''',a%2Fb%3Fc%23d%20e",
        "'''café:1''',caf%C3%A9:1",
        "'''100%''',100%25",
        "'''007''',007",
        "'''-1''',-1",
        "'''18446744073709551616''',18446744073709551616",
        "'''..''',%2E%2E",
        "'''delete''',delete"
    })
    void findsAPointByItsIdInThePath(String id, String path) {
        server.post(POINTS, "{'points':[{'id':" + id + ",'vector':[1,2,3]}]}").expect(200);
        JsonNode found = server.get(POINTS + "/" + path).expect(200).at("/id");
        assertEquals(TestServer.JSON.readTree(id.replace('\'', '"')), found);
    }

    @Test
    void tellsNumbersFromText() {
        server.post(POINTS, "{'points':[{'id':7,'vector':[1,2,3]},{'id':'7','vector':[4,5,6]}]}")
                .expect(200);
        assertEquals(2, stored());
        assertTrue(server.get(POINTS + "/7").at("/id").isIntegralNumber());
        assertEquals(PointId.of(-1L), PointRoutes.pathId("18446744073709551615"));
        assertEquals(
                new PointId.Uuid(UUID.fromString("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")),
                PointRoutes.pathId("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
    }

    @Test
    void keepsPayloadsAsTheyAre() {
        String payload = """
                {"s":"\\u0000\\"\\\\ é 𝄞","i":-9223372036854775808,"d":0.1,"n":null,"b":[true,false,[]],"o":{"k":{}}}""";
        server.post(POINTS, "{'points':[{'id':1,'vector':[1,2,3],'payload':" + payload + "}]}")
                .expect(200);
        assertEquals(
                TestServer.JSON.readTree(payload), server.get(POINTS + "/1").at("/payload"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'id':2,'vector':[1,2]}|points[3].vector|points[3].vector: expected 3 values, got 2",
                "{'id':2,'vector':[1,NaN,3]}|points[3].vector[1]|points[3].vector[1]: expected a finite float32, got NaN",
                "{'id':2,'vector':[1,1e39,3]}|points[3].vector[1]|points[3].vector[1]: expected a finite float32, got 1e39",
                "{'id':2,'vector':[1,Infinity,3]}|points[3].vector[1]|points[3].vector[1]: expected a finite float32, got Infinity",
                "{'id':2,'vector':'AACAPwAA'}|points[3].vector|points[3].vector: expected 3 values of 4 bytes, got 6 bytes",
                "{'id':2}|points[3].vector|points[3].vector: expected 3 values, got nothing",
                "{'vector':[1,2,3]}|points[3].id|points[3].id: expected an id, got nothing",
                "{'id':2,'vector':[1,2,3],'x':1}|points[3].x|points[3].x: expected a known field, got an unknown one",
                "{'id':2,'id':3,'vector':[1,2,3]}|points[3].id|points[3].id: expected each field once, got it twice",
                "{'id':1,'vector':[1,2,3]}|points[3].id|points[3].id: expected an id that occurs once in the batch, got 1 again",
                "{'id':2,'vector':[1,2,3],'payload':[]}|points[3].payload|points[3].payload: expected an object, got an array",
                "{'id':2.5,'vector':[1,2,3]}|points[3].id|points[3].id: expected an unsigned 64-bit integer or a string, got 2.5",
                "null|points[3]|points[3]: expected an object, got null"
            })
    void appliesNothingOfARequestWithOneBadPoint(String last, String field, String message) {
        String good = "{'id':1,'vector':[1,2,3]},{'id':'b','vector':[1,2,3]},{'id':'c','vector':[1,2,3]},";
        server.post(POINTS, "{'points':[" + good + last + "]}").expectInvalid(field, message);
        assertEquals(0, stored());
        server.get(POINTS + "/1").expect(404);
    }

    @Test
    void appliesNothingOfARequestWithSomethingAfterIt() {
        server.post(POINTS, "{'points':[{'id':1,'vector':[1,2,3]}]} {}")
                .expectInvalid("body", "body: expected one JSON object, got more after it");
        server.post(POINTS, "{'points':[{'id':1,'vector':[1,2,3]}]}]").expect(400);
        server.post(POINTS, "{'points':[]}")
                .expectInvalid("points", "points: expected 1 to 10000 entries, got 0 entries");
        server.post(
                        POINTS,
                        "{'points':[{'id':1,'vector':[1,2,3],'payload':{'a':" + "[".repeat(40) + "]".repeat(40)
                                + "}}]}")
                .expect(400);
        String long1 = "é".repeat(128);
        server.post(POINTS, "{'points':[{'id':'" + long1 + "','vector':[1,2,3]}]}")
                .expectInvalid("points[0].id", "points[0].id: expected 1 to 255 UTF-8 bytes, got 256 bytes");
        server.post(POINTS, "{'points':[{'id':1,'vector':[1,2,3],'payload':{'a':'" + "x".repeat(65_530) + "'}}]}")
                .expect(400);
        assertEquals(0, stored());
        server.post(POINTS + ":delete", "{'ids':[]}")
                .expectInvalid("ids", "ids: expected 1 to 10000 entries, got 0 entries");
        server.post(POINTS + ":delete", "{'ids':[1],'filter':{}}").expect(400);
    }

    @Test
    void refusesBytesThatAreNotUtf8() throws java.io.IOException {
        try (RawConnection raw = server.connect()) {
            raw.write("POST " + POINTS + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n{\"")
                    .writeUntilRefused(new byte[] {(byte) 0xc3, (byte) 0x28}, 1);
            assertEquals(400, raw.read().status());
        }
        assertEquals(0, stored());
    }
}
