package io.vecino.server;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.model.CollectionConfig;
import io.vecino.model.CollectionInfo;
import io.vecino.model.EngineException;
import java.util.ArrayList;
import java.util.List;

/** Making, listing and dropping collections. */
final class CollectionRoutes {
    private final Engine engine;

    CollectionRoutes(Engine engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Route.read("GET", "/v1/collections", this::list),
                Route.admin("PUT", "/v1/collections/{c}", this::create),
                Route.read("GET", "/v1/collections/{c}", this::info),
                Route.admin("DELETE", "/v1/collections/{c}", this::delete));
    }

    private Response list(Request request) {
        request.requireNoBody();
        request.requireNoQuery();
        List<CollectionInfo> infos = new ArrayList<>();
        for (String name : engine.collections()) {
            if (!request.caller().sees(name)) {
                continue;
            }
            try {
                infos.add(engine.collection(name).info());
            } catch (EngineException.NotFound | EngineException.Unavailable e) {
                if (engine.collections().contains(name)) {
                    throw e;
                }
            }
        }
        return Response.tagged(json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("collections");
            for (CollectionInfo info : infos) {
                json.writeStartObject();
                json.writeStringProperty("name", info.name());
                json.writeNumberProperty("points", info.points());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private Response create(Request request) {
        request.requireNoQuery();
        CollectionConfig config = CollectionBody.read(request.json());
        EngineCollection created = engine.create(request.name("c"), config);
        CollectionInfo info = created.info();
        return Response.json(201, json -> JsonOutput.collection(json, info));
    }

    private Response info(Request request) {
        request.requireNoBody();
        request.requireNoQuery();
        CollectionInfo info = engine.collection(request.name("c")).info();
        return Response.tagged(json -> JsonOutput.collection(json, info));
    }

    private Response delete(Request request) {
        request.requireNoBody();
        request.requireNoQuery();
        engine.delete(request.name("c"));
        return Response.noContent();
    }
}
