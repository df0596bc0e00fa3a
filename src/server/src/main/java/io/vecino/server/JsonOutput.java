package io.vecino.server;

import io.vecino.model.BackgroundJob;
import io.vecino.model.CollectionInfo;
import io.vecino.model.Payload;
import io.vecino.model.PointId;
import io.vecino.model.ScoredPoint;
import io.vecino.model.ScrollPage;
import io.vecino.model.SnapshotInfo;
import io.vecino.model.StoredPoint;
import io.vecino.model.TuneReport;
import io.vecino.server.report.Json;
import io.vecino.server.report.Reports;
import io.vecino.server.work.Job;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** The engine's values as JSON. Floats are written in the shortest form that reads back as the same float. */
final class JsonOutput {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private JsonOutput() {}

    /** A generator that closes the stream when it is closed. */
    static JsonGenerator to(OutputStream out) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    }

    static void hits(JsonGenerator json, List<ScoredPoint> hits) {
        json.writeStartArray();
        for (ScoredPoint hit : hits) {
            json.writeStartObject();
            json.writeName("id");
            id(json, hit.id());
            json.writeName("score");
            score(json, hit.score());
            if (hit.payload() != null) {
                json.writeName("payload");
                payload(json, hit.payload());
            }
            if (hit.vector() != null) {
                json.writeName("vector");
                vector(json, hit.vector());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void point(JsonGenerator json, StoredPoint point, boolean withVector) {
        json.writeStartObject();
        json.writeName("id");
        id(json, point.id());
        json.writeName("payload");
        payload(json, point.payload());
        json.writeNumberProperty("version", point.version());
        if (withVector) {
            json.writeName("vector");
            vector(json, point.vector());
        }
        json.writeEndObject();
    }

    static void page(JsonGenerator json, ScrollPage page) {
        json.writeStartObject();
        json.writeArrayPropertyStart("points");
        for (ScrollPage.Entry point : page.points()) {
            json.writeStartObject();
            json.writeName("id");
            id(json, point.id());
            json.writeName("payload");
            payload(json, point.payload());
            json.writeNumberProperty("version", point.version());
            if (point.vector() != null) {
                json.writeName("vector");
                vector(json, point.vector());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        PointId next = page.next();
        if (next != null) {
            json.writeName("next");
            id(json, next);
        }
        json.writeEndObject();
    }

    static void collection(JsonGenerator json, CollectionInfo info) {
        json.writeStartObject();
        json.writeStringProperty("name", info.name());
        json.writeNumberProperty("dimension", info.config().dimension());
        json.writeStringProperty("metric", info.config().metric().id());
        json.writeStringProperty("pipeline", info.config().pipeline().toString());
        json.writeStringProperty("index", info.config().index().toString());
        json.writeStringProperty("durability", info.config().durability().id());
        json.writeNumberProperty("points", info.points());
        json.writeNumberProperty("unsealed_points", info.unsealedPoints());
        json.writeNumberProperty("segments", info.segments());
        json.writeNumberProperty("bytes_per_vector", info.bytesPerVector());
        json.writeObjectPropertyStart("bytes");
        info.bytes().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> json.writeNumberProperty(entry.getKey(), entry.getValue()));
        json.writeEndObject();
        json.writeStringProperty("reduced_score", info.reducedScore());
        json.writeStringProperty("reduction", info.reduction());
        json.writeArrayPropertyStart("spectrum");
        info.spectrum().forEach(json::writeNumber);
        json.writeEndArray();
        if (info.recall().isPresent()) {
            json.writeName("recall");
            Json.write(json, Reports.of(info.recall().get()));
        }
        json.writeObjectPropertyStart("payload_indexes");
        info.config().payloadIndexes().forEach((field, type) -> json.writeStringProperty(field, type.id()));
        json.writeEndObject();
        json.writeArrayPropertyStart("jobs");
        for (BackgroundJob job : info.jobs()) {
            json.writeStartObject();
            json.writeStringProperty("kind", job.kind());
            json.writeNumberProperty("progress", job.progress());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    static void snapshot(JsonGenerator json, SnapshotInfo snapshot) {
        json.writeStartObject();
        json.writeStringProperty("collection", snapshot.collection());
        json.writeStringProperty("name", snapshot.name());
        json.writeStringProperty("created", snapshot.created().toString());
        json.writeNumberProperty("points", snapshot.points());
        json.writeNumberProperty("bytes", snapshot.bytes());
        json.writeNumberProperty("added_bytes", snapshot.added());
        json.writeEndObject();
    }

    static void job(JsonGenerator json, Job job) {
        json.writeStartObject();
        json.writeStringProperty("id", job.id());
        json.writeStringProperty("kind", job.kind());
        json.writeStringProperty("collection", job.collection());
        json.writeStringProperty("state", job.state().id());
        json.writeNumberProperty("progress", job.progress());
        if (job.result() != null) {
            json.writeName("result");
            switch (job.result()) {
                case Job.MadeCollection(CollectionInfo info) -> collection(json, info);
                case Job.MadeSnapshot(SnapshotInfo info) -> snapshot(json, info);
                case Job.MadeTuning(TuneReport report) -> Json.write(json, Reports.of(report));
            }
        }
        if (job.error() != null) {
            json.writeObjectPropertyStart("error");
            ErrorResponse.of(job.error()).writeFields(json);
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    static void id(JsonGenerator json, PointId id) {
        switch (id) {
            case PointId.Numeric(long value) when value >= 0 -> json.writeNumber(value);
            case PointId.Numeric _ -> json.writeNumber(id.toString());
            case PointId.Uuid _, PointId.Text _ -> json.writeString(id.toString());
        }
    }

    /** Null for a score that overflowed float32: JSON has no infinity. */
    private static void score(JsonGenerator json, float score) {
        if (Float.isFinite(score)) {
            json.writeNumber(score);
        } else {
            json.writeNull();
        }
    }

    private static void vector(JsonGenerator json, float[] vector) {
        json.writeStartArray();
        for (float value : vector) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }

    private static void payload(JsonGenerator json, Payload payload) {
        value(json, payload.fields());
    }

    private static void value(JsonGenerator json, @Nullable Object value) {
        switch (value) {
            case null -> json.writeNull();
            case Boolean b -> json.writeBoolean(b);
            case Long l -> json.writeNumber(l);
            case Double d -> json.writeNumber(d);
            case String s -> json.writeString(s);
            case List<?> list -> {
                json.writeStartArray();
                list.forEach(element -> value(json, element));
                json.writeEndArray();
            }
            case Map<?, ?> map -> {
                json.writeStartObject();
                map.forEach((name, field) -> {
                    json.writeName(String.valueOf(name));
                    value(json, field);
                });
                json.writeEndObject();
            }
            default ->
                throw new IllegalStateException(
                        "a payload cannot hold a " + value.getClass().getName());
        }
    }
}
