package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.SearchRequest;
import io.vecino.model.Selector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Request bodies, without a server. Single quotes stand for double ones. */
final class BodiesTest {
    private static JsonInput json(String text) {
        byte[] bytes = ("  " + text.replace('\'', '"')).getBytes(StandardCharsets.UTF_8);
        return new JsonInput(new Request.Body(bytes, 1, bytes.length - 1));
    }

    private static List<Point> points(String text) {
        return UpsertBody.read(json(text), 3);
    }

    private static Point point(String fields) {
        return points("{'points':[{" + fields + "}]}").getFirst();
    }

    private static void refused(String message, Executable call) {
        assertEquals(
                message,
                assertThrows(EngineException.InvalidArgument.class, call).getMessage());
    }

    @Test
    void readsPointsWithAnyKindOfId() {
        List<Point> points = points("""
                {'points':[{'id':18446744073709551615,'vector':[1,-2.5,3e2],'payload':{'a':[1,2.5,null,{'b':true}]}},
                           {'vector':[0,0,0],'id':'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'},
                           {'id':'7','vector':[1,2,3]}]}""");
        assertEquals(
                List.of(
                        PointId.of(-1L),
                        new PointId.Uuid(UUID.fromString("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")),
                        new PointId.Text("7")),
                points.stream().map(Point::id).toList());
        assertArrayEquals(new float[] {1, -2.5f, 300}, points.getFirst().vector());
        Map<String, Object> fields = Map.of("a", Arrays.asList(1L, 2.5, null, Map.of("b", true)));
        assertEquals(new Payload(fields), points.getFirst().payload());
    }

    @Test
    void readsEveryFloatAsTheNearestOne() {
        for (float value : new float[] {Float.MIN_VALUE, Float.MAX_VALUE, -0.0f, 0.1f, 1 / 3f}) {
            float read = point("'id':1,'vector':[" + value + ",0,0]").vector()[0];
            assertEquals(Float.floatToIntBits(value), Float.floatToIntBits(read));
        }
        assertEquals(16_777_216f, point("'id':1,'vector':[16777217,0,0]").vector()[0]);
        String justAboveTheMiddle = "1.00000017881393421514957253748434595763683319091796875001";
        assertEquals(
                Float.parseFloat(justAboveTheMiddle),
                point("'id':1,'vector':[" + justAboveTheMiddle + ",0,0]").vector()[0]);
    }

    @Test
    void readsVectorsAsBase64() {
        ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putFloat(1.5f).putFloat(-0.0f).putFloat(Float.MIN_VALUE);
        String text = Base64.getEncoder().encodeToString(bytes.array());
        assertArrayEquals(
                new float[] {1.5f, -0.0f, Float.MIN_VALUE},
                point("'id':1,'vector':'" + text + "'").vector());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[1,2]|points[0].vector: expected 3 values, got 2",
                "[1,2,3,4]|points[0].vector: expected 3 values, got 4",
                "[]|points[0].vector: expected 3 values, got 0",
                "[1,NaN,3]|points[0].vector[1]: expected a finite float32, got NaN",
                "[1,2,-Infinity]|points[0].vector[2]: expected a finite float32, got -Infinity",
                "[1e39,2,3]|points[0].vector[0]: expected a finite float32, got 1e39",
                "[-1e999,2,3]|points[0].vector[0]: expected a finite float32, got -1e999",
                "[1,'2',3]|points[0].vector[1]: expected a number, got a string",
                "[1,null,3]|points[0].vector[1]: expected a number, got null",
                "[1,[2],3]|points[0].vector[1]: expected a number, got an array",
                "[1,{},3]|points[0].vector[1]: expected a number, got an object",
                "7|points[0].vector: expected an array of 3 numbers or base64 of float32, got 7",
                "null|points[0].vector: expected an array of 3 numbers or base64 of float32, got null",
                "'AAAA'|points[0].vector: expected 3 values of 4 bytes, got 3 bytes",
                "'AAAAAA=='|points[0].vector: expected 3 values, got 1",
                "'!!'|points[0].vector: expected base64 of little-endian float32, got other text",
                "'AACAfwAAAAAAAAAA'|points[0].vector: expected finite float32 values, got Infinity at 0"
            })
    void refusesVectorsThatAreNoVectors(String vector, String message) {
        refused(message, () -> point("'id':1,'vector':" + vector));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "-1|points[0].id: expected an unsigned 64-bit integer or a string, got -1",
                "1.0|points[0].id: expected an unsigned 64-bit integer or a string, got 1.0",
                "18446744073709551616|points[0].id: expected an unsigned 64-bit integer or a string, got 18446744073709551616",
                "true|points[0].id: expected an unsigned 64-bit integer or a string, got true",
                "''|points[0].id: expected 1 to 255 UTF-8 bytes, got 0 bytes",
                "'\\ud800'|points[0].id: expected Unicode text, got an unpaired surrogate"
            })
    void refusesIdsThatAreNoIds(String id, String message) {
        refused(message, () -> point("'id':" + id + ",'vector':[1,2,3]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "7|points[0].payload: expected an object, got 7",
                "{'a':1,'a':2}|points[0].payload.a: expected each field once, got it twice",
                "{'a':{'b':[0,NaN]}}|points[0].payload.a.b[1]: expected a finite number, got NaN",
                "{'a':1e999}|points[0].payload.a: expected a finite number, got 1e999",
                "{'a':9223372036854775808}|points[0].payload.a: expected a signed 64-bit integer, got 9223372036854775808",
                "{'a':'\\udc00'}|points[0].payload.a: expected Unicode text, got an unpaired surrogate"
            })
    void refusesPayloadsThatCannotBeKept(String payload, String message) {
        refused(message, () -> point("'id':1,'vector':[1,2,3],'payload':" + payload));
    }

    @Test
    void refusesPayloadsBeyondTheLimitBeforeTheyAreWhole() {
        String text = "x".repeat((64 << 10) + 1);
        refused(
                "points[0].payload.a: expected a payload of at most 65536 bytes, got a larger one",
                () -> point("'id':1,'vector':[1,2,3],'payload':{'a':'" + text + "'}"));
        refused(
                "points[0].payload.a[65534]: expected a payload of at most 65536 bytes, got a larger one",
                () -> point("'id':1,'vector':[1,2,3],'payload':{'a':[" + "0,".repeat(70_000) + "0]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{}|points: expected an array of points, got nothing",
                "[]|body: expected an object, got an array",
                "7|body: expected an object, got 7",
                "{'points':{}}|points: expected an array, got an object",
                "{'points':[7]}|points[0]: expected an object, got 7",
                "{'points':[{'vector':[1,2,3]}]}|points[0].id: expected an id, got nothing",
                "{'points':[{'id':1,'vector':[1,2,3]},{'id':2}]}|points[1].vector: expected 3 values, got nothing",
                "{'points':[{'id':1,'vectr':[1,2,3]}]}|points[0].vectr: expected a known field, got an unknown one",
                "{'points':[],'more':1}|more: expected a known field, got an unknown one",
                "{'points':[],'points':[]}|points: expected each field once, got it twice",
                "{'points':[{'id':1,'id':1}]}|points[0].id: expected each field once, got it twice",
                "{'points':[]} x|body: expected well-formed JSON, got ",
                "{'points':[]} {}|body: expected one JSON object, got more after it",
                "{'points':[{'id':1|points[0].id: expected well-formed JSON, got ",
                "{'points':[{'id':1,}|points[0].id: expected well-formed JSON, got ",
                "{'points':[1 2]}|points[0]: expected ",
                "{'points':[{'\\ud800':1}]}|points[0]: expected well-formed JSON, got "
            })
    void refusesBodiesOfAnotherForm(String body, String message) {
        String actual = assertThrows(EngineException.InvalidArgument.class, () -> points(body))
                .getMessage();
        assertTrue(actual.startsWith(message), actual);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   "})
    void refusesAnEmptyBody(String body) {
        refused("body: expected a JSON object, got nothing", () -> points(body));
    }

    @Test
    void readsNestingUpToTheLimitAndNoFurther() {
        int inside = JsonInput.MAX_DEPTH - 4;
        String start = "'id':1,'vector':[1,2,3],'payload':{'a':";
        point(start + "[".repeat(inside) + "]".repeat(inside) + "}");
        String message = assertThrows(
                        EngineException.InvalidArgument.class,
                        () -> point(start + "[".repeat(inside + 1) + "]".repeat(inside + 1) + "}"))
                .getMessage();
        assertTrue(message.endsWith("expected JSON nested at most 32 levels deep, got deeper nesting"), message);
        assertThrows(EngineException.InvalidArgument.class, () -> points("[".repeat(1_000_000)));
    }

    @Test
    void refusesMoreThanABatch() {
        String ids = "1,".repeat(9_999);
        assertEquals(
                10_000,
                ((Selector.Ids) DeleteBody.read(json("{'ids':[" + ids + "1]}")))
                        .ids()
                        .size());
        refused(
                "ids: expected at most 10000 entries, got more",
                () -> DeleteBody.read(json("{'ids':[" + ids + "1,1]}")));
        refused(
                "ids[1]: expected an unsigned 64-bit integer or a string, got null",
                () -> DeleteBody.read(json("{'ids':[1,null]}")));
    }

    @Test
    void readsSearchesWithAllTheirParameters() {
        SearchRequest search = SearchBody.read(json("""
                {'vector':[1,2,3],'k':5,'with_payload':true,'with_vector':true,
                 'params':{'efSearch':64,'nprobe':8,'oversample':2.5,'exact':true}}"""), 3);
        assertEquals(5, search.k());
        assertTrue(
                search.withPayload() && search.withVector() && search.params().exact());
        assertEquals(OptionalInt.of(64), search.params().efSearch());
        assertEquals(OptionalInt.of(8), search.params().nprobe());
        assertEquals(2.5f, search.params().oversample());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'k':1|searches[0].vector: expected 3 values, got nothing",
                "'vector':[1,2,3]|searches[0].k: expected a whole number, got nothing",
                "'vector':[1,2,3],'k':0|searches[0].k: expected 1 to 10000, got 0",
                "'vector':[1,2,3],'k':1.5|searches[0].k: expected a whole number, got 1.5",
                "'vector':[1,2,3],'k':99999999999|searches[0].k: expected a whole number, got 99999999999",
                "'vector':[1,2],'k':1|searches[0].vector: expected 3 values, got 2",
                "'vector':[1,2,3],'k':1,'params':{'efSearch':0}|searches[0].params.efSearch: expected 1 to 1048576, got 0",
                "'vector':[1,2,3],'k':1,'params':{'oversample':NaN}|searches[0].params.oversample: expected 1 to 1000, got NaN",
                "'vector':[1,2,3],'k':1,'params':{'ef':1}|searches[0].params.ef: expected a known field, got an unknown one",
                "'vector':[1,2,3],'k':1,'params':[]|searches[0].params: expected an object, got an array",
                "'vector':[1,2,3],'k':1,'with_payload':1|searches[0].with_payload: expected true or false, got 1",
                "'vector':[1,2,3],'k':1,'filters':{}|searches[0].filters: expected a known field, got an unknown one"
            })
    void refusesSearchesOfAnotherForm(String fields, String message) {
        refused(message, () -> SearchBody.readBatch(json("{'searches':[{" + fields + "}]}"), 3));
        refused(message.substring("searches[0].".length()), () -> SearchBody.read(json("{" + fields + "}"), 3));
    }

    @Test
    void refusesBatchesWhoseResultsWouldNotFitIntoMemory() {
        String search = "{'vector':[1,2,3],'k':10000},";
        refused(
                "searches: expected at most 1000000 results per request, got 1010000",
                () -> SearchBody.readBatch(
                        json("{'searches':[" + search.repeat(100) + search.substring(0, search.length() - 1) + "]}"),
                        3));
        refused(
                "k: expected at most 16777216 vector values returned per request, got 40960000",
                () -> SearchBody.read(
                        json("{'vector':'" + Base64.getEncoder().encodeToString(new byte[4 * 4096])
                                + "','k':10000,'with_vector':true}"),
                        4096));
        refused(
                "searches: expected 1 to 10000 entries, got 0 entries",
                () -> SearchBody.readBatch(json("{'searches':[]}"), 3));
    }

    @Test
    void readsTheSettingsOfACollection() {
        assertEquals(
                CollectionConfig.of(8, Metric.IP).with(Pipeline.parse("pca:4/int8")),
                CollectionBody.read(json(
                        "{'dimension':8,'metric':'ip','pipeline':'pca:4/int8','index':'flat','durability':'fsync'}")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'metric':'ip'|dimension: expected a whole number, got nothing",
                "'dimension':8|metric: expected one of ip, l2, cosine, got nothing",
                "'dimension':0,'metric':'ip'|dimension: expected 1 to 8192, got 0",
                "'dimension':'8','metric':'ip'|dimension: expected a whole number, got a string",
                "'dimension':8,'metric':'dot'|metric: expected one of ip, l2, cosine, got dot",
                "'dimension':8,'metric':null|metric: expected a string, got null",
                "'dimension':8,'metric':'ip','durability':'none'|durability: expected fsync or wal, got none",
                "'dimension':8,'metric':'ip','shards':2|shards: expected a known field, got an unknown one"
            })
    void refusesSettingsOfAnotherForm(String fields, String message) {
        refused(message, () -> CollectionBody.read(json("{" + fields + "}")));
    }
}
