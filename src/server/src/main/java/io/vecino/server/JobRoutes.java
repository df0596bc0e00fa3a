package io.vecino.server;

import io.vecino.Engine;
import io.vecino.EngineCollection;
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
                Route.of("GET", "/v1/jobs/{id}", this::get));
    }

    private Response optimize(Request request) {
        request.requireNoQuery();
        if (request.body().length() > 0) {
            request.json().document(in -> {
                in.object(_ -> false);
                return true;
            });
        }
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
