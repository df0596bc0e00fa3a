package io.vecino.server;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.model.CollectionConfig;
import io.vecino.model.CollectionInfo;
import io.vecino.model.EngineException;
import java.util.List;

/** Starting and watching long work. */
final class JobRoutes {
    private final Engine engine;
    private final Jobs jobs;

    JobRoutes(Engine engine, Jobs jobs) {
        this.engine = engine;
        this.jobs = jobs;
    }

    List<Route> routes() {
        return List.of(
                Route.of("POST", "/v1/collections/{c}:optimize", this::optimize),
                Route.of("POST", "/v1/collections/{c}:apply", this::apply),
                Route.of("POST", "/v1/collections/{c}:undo", this::undo),
                Route.of("GET", "/v1/jobs/{id}", this::get));
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
        String subject = collection.name() + " " + to.pipeline() + " " + to.index();
        Job job = jobs.start("apply", subject, progress -> {
            collection.apply(to.pipeline(), to.index(), (_, share) -> progress.accept(share));
            CollectionInfo info = collection.info();
            return json -> JsonOutput.collection(json, info);
        });
        return Response.json(202, job::write);
    }

    private Response undo(Request request) {
        requireNothing(request);
        EngineCollection collection = engine.collection(request.name("c"));
        if (collection.previous().isEmpty()) {
            throw new EngineException.Conflict("the pipeline was not changed: there is nothing to undo");
        }
        Job job = jobs.start("undo", collection.name(), progress -> {
            collection.undo((_, share) -> progress.accept(share));
            CollectionInfo info = collection.info();
            return json -> JsonOutput.collection(json, info);
        });
        return Response.json(202, job::write);
    }

    private Response optimize(Request request) {
        requireNothing(request);
        EngineCollection collection = engine.collection(request.name("c"));
        Job job = jobs.start("optimize", collection.name(), _ -> {
            collection.optimize();
            return null;
        });
        return Response.json(202, job::write);
    }

    private Response get(Request request) {
        request.requireNoBody();
        request.requireNoQuery();
        Job job = jobs.get(request.name("id"));
        return Response.ok(job::write);
    }
}
