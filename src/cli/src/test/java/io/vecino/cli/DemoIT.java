package io.vecino.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DemoIT {
    @Test
    void answersQuestionsAndMeasuresPipelines() {
        CommandRun run = CommandRun.of("demo", "--bundled", "--json");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(1, run.out().lines().count());
        JsonNode report = new JsonMapper().readTree(run.out());
        assertTrue(report.required("passages").asInt() > 100);
        assertEquals(384, report.required("dimension").asInt());

        assertEquals(5, report.required("answers").size());
        assertEquals("collision", hit(report, 0, "declaration"));
        assertEquals("write-ahead log", hit(report, 1, "declaration"));
        assertEquals("DNS", hit(report, 2, "declaration"));
        assertEquals("deadlock", hit(report, 3, "declaration"));

        assertEquals(7, report.required("table").size());
        JsonNode exact = report.required("table").required(0);
        assertEquals("none/f32", exact.required("pipeline").asString());
        assertEquals(1536, exact.required("bytes_per_vector").asDouble());
        assertEquals(1, exact.required("recall_at_10").asDouble());
        StreamSupport.stream(report.required("table").spliterator(), false).forEach(row -> {
            assertTrue(row.required("recall_at_10_rescored").asDouble() > 0.9, row.toString());
            assertTrue(row.required("qps").asDouble() > 0, row.toString());
        });
    }

    @Test
    void printsAnswersAndTableForPeople() {
        CommandRun run = CommandRun.of("demo", "--bundled");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("pca:96/int8"), run.out());
        assertTrue(run.out().contains("neither"), run.out());
        assertTrue(run.err().contains("loading: "), run.err());
    }

    private static String hit(JsonNode report, int question, String field) {
        return report.required("answers")
                .required(question)
                .required("hits")
                .required(0)
                .required(field)
                .asString();
    }
}
