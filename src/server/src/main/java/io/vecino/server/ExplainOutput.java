package io.vecino.server;

import io.vecino.model.SearchTrace;
import io.vecino.model.SearchTrace.Stage;
import tools.jackson.core.JsonGenerator;

/** How a search went, as JSON. */
final class ExplainOutput {
    private static final double NANOS_PER_MICRO = 1_000;

    private ExplainOutput() {}

    static void write(JsonGenerator json, SearchTrace trace) {
        json.writeStartObject();
        json.writeObjectPropertyStart("stages_us");
        for (Stage stage : Stage.values()) {
            json.writeNumberProperty(stage.id(), trace.nanos(stage) / NANOS_PER_MICRO);
        }
        json.writeEndObject();
        json.writeNumberProperty("rescored", trace.rescored());
        json.writeBooleanProperty("exhaustive", trace.exhaustive());
        json.writeArrayPropertyStart("plan");
        for (SearchTrace.Step step : trace.steps()) {
            json.writeStartObject();
            if (step.segment() >= 0) {
                json.writeNumberProperty("segment", step.segment());
            }
            json.writeStringProperty("method", step.method().id());
            json.writeNumberProperty("points", step.points());
            json.writeNumberProperty("matching", step.matching());
            json.writeNumberProperty("found", step.found());
            json.writeNumberProperty("us", step.nanos() / NANOS_PER_MICRO);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
