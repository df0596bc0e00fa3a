package io.vecino.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.vecino.cli.client.Hit;
import io.vecino.model.TrialResult;
import java.util.List;

/**
 * What the demonstration found, in the form of its JSON.
 *
 * @param passages all of them, held-out ones included
 * @param heldOut passages that were neither stored nor trained on; the queries of the table
 */
record DemoReport(
        String origin,
        int passages,
        @JsonProperty("held_out") int heldOut,
        int dimension,
        List<Answer> answers,
        List<Row> table) {

    record Answer(String question, List<Found> hits) {}

    record Found(double score, @JsonProperty("class") String className, String declaration, String text) {
        static Found of(Hit hit) {
            return new Found(
                    hit.score(),
                    hit.payload().required("class").asString(),
                    hit.payload().required("declaration").asString(),
                    hit.payload().required("text").asString());
        }
    }

    /** @param compression bytes of float32 per byte of code */
    record Row(
            String pipeline,
            @JsonProperty("bytes_per_vector") double bytesPerVector,
            double compression,
            @JsonProperty("recall_at_10") double recallAt10,
            @JsonProperty("recall_at_10_rescored") double recallAt10Rescored,
            double qps) {
        static Row of(TrialResult result, int dimension) {
            return new Row(
                    result.pipeline().toString(),
                    result.bytesPerVector(),
                    dimension * (double) Float.BYTES / result.bytesPerVector(),
                    result.recall(),
                    result.rescoredRecall(),
                    result.qps());
        }
    }
}
