package io.vecino.server;

import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Long work at one moment.
 *
 * @param progress 0 to 1
 * @param result writes what it made; null unless it succeeded and made something
 * @param error why it failed; null unless it did
 */
record Job(
        String id,
        String kind,
        State state,
        double progress,
        @Nullable Consumer<JsonGenerator> result,
        @Nullable ErrorResponse error) {
    enum State {
        RUNNING,
        SUCCEEDED,
        FAILED;

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void write(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("id", id);
        json.writeStringProperty("kind", kind);
        json.writeStringProperty("state", state.id());
        json.writeNumberProperty("progress", progress);
        if (result != null) {
            json.writeName("result");
            result.accept(json);
        }
        if (error != null) {
            json.writeObjectPropertyStart("error");
            error.writeFields(json);
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
