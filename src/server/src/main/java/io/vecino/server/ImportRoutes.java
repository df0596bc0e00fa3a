package io.vecino.server;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.loading.EngineTarget;
import io.vecino.loading.ImportListener;
import io.vecino.loading.ImportOptions;
import io.vecino.loading.ImportResult;
import io.vecino.loading.Importer;
import io.vecino.loading.file.FileParts;
import io.vecino.loading.file.Format;
import io.vecino.loading.file.PointReader;
import io.vecino.loading.file.ReadOptions;
import io.vecino.loading.file.Row;
import io.vecino.model.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Files into a collection. A file longer than a body comes in parts under a name, each saying at which byte it begins; parts are
 * cut anywhere. Unlike other requests a failed one may have stored batches before the row that it failed at.
 */
final class ImportRoutes {
    private static final String PATH = "/v1/collections/{c}/points:import";
    private static final String UPLOAD = "upload";
    private static final String OFFSET = "Upload-Offset";
    private static final String COMPLETE = "Upload-Complete";
    private static final int MOST_SHOWN = 100;

    private final Engine engine;
    private final Uploads uploads = new Uploads();

    ImportRoutes(Engine engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(Route.write("POST", PATH, this::load), Route.write("GET", PATH, this::state));
    }

    private Response state(Request request) {
        request.requireNoBody();
        request.query().requireOnly(UPLOAD);
        String collection = engine.collection(request.name(Route.COLLECTION)).name();
        String name = request.query().values().getOrDefault(UPLOAD, "");
        Uploads.Upload upload =
                uploads.find(collection, name).orElseThrow(() -> new EngineException.NotFound(UPLOAD, name));
        synchronized (upload) {
            return answer(upload, List.of(), false);
        }
    }

    private Response load(Request request) {
        request.query()
                .requireOnly("format", UPLOAD, "first_id", "id_column", "vector_column", "payload_columns", "skip_bad");
        EngineCollection collection = engine.collection(request.name(Route.COLLECTION));
        ReadOptions reading = reading(request.query());
        @Nullable String name = request.query().values().get(UPLOAD);
        long offset = whole(OFFSET, request.headers().get(OFFSET), 0);
        boolean last = last(request.headers().get(COMPLETE), name == null);
        if (name == null) {
            if (offset != 0 || !last) {
                throw new EngineException.InvalidArgument(UPLOAD, "a name for what comes in parts", "nothing");
            }
            Uploads.Upload upload = new Uploads.Upload(new FileParts("body", reading));
            return load(request, collection, upload, 0, true);
        }
        if (name.isEmpty() || name.length() > 64) {
            throw new EngineException.InvalidArgument(UPLOAD, "1 to 64 characters", name.length() + " characters");
        }
        Uploads.Upload upload =
                uploads.at(collection.name(), name, offset, () -> new FileParts("upload " + name, reading));
        Response response = load(request, collection, upload, offset, last);
        if (last) {
            uploads.end(collection.name(), name);
        }
        return response;
    }

    private Response load(
            Request request, EngineCollection collection, Uploads.Upload upload, long offset, boolean last) {
        synchronized (upload) {
            if (upload.offset() != offset) {
                throw new EngineException.Conflict(
                        OFFSET + ": expected " + upload.offset() + ", up to which all is stored, got " + offset);
            }
            Request.Body body = request.body();
            FileParts.Part part = upload.parts().part(body.bytes(), body.offset(), body.length(), last);
            List<Row.Bad> rejected = new ArrayList<>();
            ImportResult result = new ImportResult(0, 0, 0, 0);
            PointReader reader = part.reader();
            if (reader != null) {
                boolean skipBad = request.query().flag("skip_bad");
                ImportOptions options = ImportOptions.DEFAULT.with(Long.MAX_VALUE, skipBad);
                result = new Importer(reader, new EngineTarget(collection), options, null, null, listener(rejected))
                        .run();
            }
            List<Row.Bad> shown = rejected.stream()
                    .limit(MOST_SHOWN)
                    .map(row -> new Row.Bad(part.firstRow() + row.number(), row.reason()))
                    .toList();
            upload.advance(part, body.length(), result.stored(), result.rejected());
            return answer(upload, shown, last);
        }
    }

    private static ImportListener listener(List<Row.Bad> rejected) {
        return new ImportListener() {
            @Override
            public void at(long rows, long offset, long count) {}

            @Override
            public void rejected(Row.Bad row) {
                rejected.add(row);
            }
        };
    }

    private static ReadOptions reading(Query query) {
        Map<String, String> values = query.values();
        Format format = Format.parse(values.getOrDefault("format", ""));
        String payload = values.getOrDefault("payload_columns", "");
        return new ReadOptions(
                Optional.of(format),
                Optional.empty(),
                whole("first_id", values.get("first_id"), 0),
                Optional.ofNullable(values.get("id_column")),
                values.getOrDefault("vector_column", ReadOptions.DEFAULT.vectorColumn()),
                payload.isEmpty() ? List.of() : List.of(payload.split(",", -1)),
                ReadOptions.DEFAULT.dataset());
    }

    private static long whole(String field, @Nullable String text, long otherwise) {
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw new EngineException.InvalidArgument(field, "a whole number of at least 0", text);
        }
        return Long.parseLong(text);
    }

    /** A boolean as structured headers write it (RFC 9651). */
    private static boolean last(@Nullable String header, boolean otherwise) {
        return switch (header) {
            case null -> otherwise;
            case "?1" -> true;
            case "?0" -> false;
            default -> throw new EngineException.InvalidArgument(COMPLETE, "?1 or ?0", header);
        };
    }

    private static Response answer(Uploads.Upload upload, List<Row.Bad> rejected, boolean complete) {
        long offset = upload.offset();
        long stored = upload.stored();
        long count = upload.rejected();
        return new Response(200, Map.of(OFFSET, String.valueOf(offset)), new Response.Json(json -> {
            json.writeStartObject();
            json.writeNumberProperty("offset", offset);
            json.writeBooleanProperty("complete", complete);
            json.writeNumberProperty("stored", stored);
            json.writeNumberProperty("rejected", count);
            json.writeArrayPropertyStart("reasons");
            for (Row.Bad row : rejected) {
                json.writeStartObject();
                json.writeNumberProperty("row", row.number());
                json.writeStringProperty("reason", row.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }));
    }
}
