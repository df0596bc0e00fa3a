package io.vecino.server;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.model.EngineException;
import io.vecino.model.Filter;
import io.vecino.model.PointId;
import io.vecino.model.ScrollPage;
import io.vecino.model.ScrollRequest;
import io.vecino.model.Selector;
import io.vecino.model.StoredPoint;
import io.vecino.model.WriteResult;
import java.util.List;
import java.util.Optional;

/** Storing, removing and reading points. */
final class PointRoutes {
    private final Engine engine;

    PointRoutes(Engine engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Route.write("POST", "/v1/collections/{c}/points", this::upsert),
                Route.write("POST", "/v1/collections/{c}/points:delete", this::delete),
                Route.write("POST", "/v1/collections/{c}/points:payload", this::payload),
                Route.read("POST", "/v1/collections/{c}/points:scroll", this::scroll),
                Route.read("POST", "/v1/collections/{c}/points:count", this::count),
                Route.read("GET", "/v1/collections/{c}/points/{id}", this::get));
    }

    private Response upsert(Request request) {
        request.requireNoQuery();
        EngineCollection collection = engine.collection(request.name("c"));
        int dimension = collection.config().dimension();
        return written(collection.upsert(UpsertBody.read(request.json(), dimension)));
    }

    private Response delete(Request request) {
        request.requireNoQuery();
        EngineCollection collection = engine.collection(request.name("c"));
        return written(
                switch (DeleteBody.read(request.json())) {
                    case Selector.Ids(List<PointId> ids) -> collection.delete(ids);
                    case Selector.Matching(Filter filter) -> collection.delete(filter);
                });
    }

    private Response payload(Request request) {
        request.requireNoQuery();
        EngineCollection collection = engine.collection(request.name("c"));
        PayloadBody.Parsed body = PayloadBody.read(request.json());
        return written(collection.change(body.points(), body.change()));
    }

    private Response scroll(Request request) {
        request.requireNoQuery();
        EngineCollection collection = engine.collection(request.name("c"));
        ScrollRequest scroll = ScrollBody.read(request.json());
        request.requireVectors(scroll.withVector());
        ScrollPage page = collection.scroll(scroll);
        return Response.ok(json -> JsonOutput.page(json, page));
    }

    private Response count(Request request) {
        request.requireNoQuery();
        EngineCollection collection = engine.collection(request.name("c"));
        Optional<Filter> filter = ScrollBody.readFilter(request.json());
        long count = filter.map(collection::count).orElseGet(collection::count);
        return Response.ok(json -> {
            json.writeStartObject();
            json.writeNumberProperty("count", count);
            json.writeEndObject();
        });
    }

    private static Response written(WriteResult result) {
        return Response.ok(json -> {
            json.writeStartObject();
            json.writeNumberProperty("points", result.points());
            json.writeNumberProperty("version", result.version());
            json.writeEndObject();
        });
    }

    private Response get(Request request) {
        request.requireNoBody();
        request.query().requireOnly("with_vector");
        boolean withVector = request.query().flag("with_vector");
        request.requireVectors(withVector);
        PointId id = pathId(request.name("id"));
        StoredPoint point = engine.collection(request.name("c"))
                .get(id)
                .orElseThrow(() -> new EngineException.NotFound("point", id.toString()));
        return Response.tagged(json -> JsonOutput.point(json, point, withVector));
    }

    /** Decimal digits as a number prints them are a numeric id; anything else is a UUID or text. */
    static PointId pathId(String text) {
        if (text.matches("0|[1-9][0-9]{0,19}")) {
            try {
                return PointId.of(Long.parseUnsignedLong(text));
            } catch (NumberFormatException _) {
                return PointId.of(text);
            }
        }
        return PointId.of(text);
    }
}
