package io.vecino.server;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.server.work.Job;
import io.vecino.server.work.LongWork;
import java.util.List;

/** Starting and watching long work. */
final class JobRoutes {
    private final Engine engine;
    private final LongWork work;

    JobRoutes(Engine engine, LongWork work) {
        this.engine = engine;
        this.work = work;
    }

    List<Route> routes() {
        return List.of(
                Route.admin("POST", "/v1/collections/{c}:optimize", this::optimize),
                Route.admin("POST", "/v1/collections/{c}:apply", this::apply),
                Route.admin("POST", "/v1/collections/{c}:undo", this::undo),
                Route.read("GET", "/v1/jobs", this::list),
                Route.read("GET", "/v1/jobs/{id}", this::get));
    }

    private static void requireNothing(Request request) {
        request.requireNoQuery();
        if (request.body().length() > 0) {
            request.json().document(in -> {
                in.object(_ -> false);
                return true;
            });
        }
    }

    private Response apply(Request request) {
        request.requireNoQuery();
        EngineCollection collection = engine.collection(request.name("c"));
        CollectionConfig to = ApplyBody.read(request.json(), collection.config());
        Job job = work.apply(collection, to);
        return Response.json(202, json -> JsonOutput.job(json, job));
    }

    private Response undo(Request request) {
        requireNothing(request);
        EngineCollection collection = engine.collection(request.name("c"));
        Job job = work.undo(collection);
        return Response.json(202, json -> JsonOutput.job(json, job));
    }

    private Response optimize(Request request) {
        requireNothing(request);
        EngineCollection collection = engine.collection(request.name("c"));
        Job job = work.optimize(collection);
        return Response.json(202, json -> JsonOutput.job(json, job));
    }

    private Response list(Request request) {
        request.requireNoBody();
        request.requireNoQuery();
        List<Job> visible = work.all().stream()
                .filter(job -> request.caller().sees(job.collection()))
                .toList();
        return Response.ok(json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("jobs");
            visible.forEach(job -> JsonOutput.job(json, job));
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private Response get(Request request) {
        request.requireNoBody();
        request.requireNoQuery();
        Job job = work.get(request.name("id"));
        if (!request.caller().sees(job.collection())) {
            throw new EngineException.NotFound("job", job.id());
        }
        return Response.ok(json -> JsonOutput.job(json, job));
    }
}
