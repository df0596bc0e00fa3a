package io.vecino.server;

import io.vecino.Engine;
import io.vecino.model.SnapshotInfo;
import io.vecino.server.auth.Scope;
import io.vecino.server.work.Job;
import io.vecino.server.work.LongWork;
import java.util.List;

/** Taking, listing, restoring and removing snapshots, in the folder that the operator chose and in no other. */
final class SnapshotRoutes {
    private final Engine engine;
    private final LongWork work;

    SnapshotRoutes(Engine engine, LongWork work) {
        this.engine = engine;
        this.work = work;
    }

    List<Route> routes() {
        return List.of(
                Route.admin("POST", "/v1/collections/{c}/snapshots", this::create),
                Route.read("GET", "/v1/collections/{c}/snapshots", this::list),
                Route.admin("DELETE", "/v1/collections/{c}/snapshots/{s}", this::delete),
                Route.admin("POST", "/v1/collections/{c}/snapshots/{s}:restore", this::restore));
    }

    private Response create(Request request) {
        request.requireNoQuery();
        SnapshotBody.New body = SnapshotBody.readNew(request);
        Job job = work.snapshot(engine.collection(request.name("c")), body.name());
        return Response.json(202, json -> JsonOutput.job(json, job));
    }

    private Response list(Request request) {
        request.requireNoBody();
        request.requireNoQuery();
        List<SnapshotInfo> found = engine.snapshots().list(request.name("c"));
        if (found.isEmpty()) {
            engine.collection(request.name("c"));
        }
        return Response.ok(json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("snapshots");
            found.forEach(snapshot -> JsonOutput.snapshot(json, snapshot));
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private Response delete(Request request) {
        request.requireNoBody();
        request.requireNoQuery();
        engine.snapshots().delete(request.name("c"), request.name("s"));
        return Response.noContent();
    }

    private Response restore(Request request) {
        request.requireNoQuery();
        SnapshotBody.Restore body = SnapshotBody.readRestore(request);
        request.require(Scope.ADMIN, body.collection() == null ? request.name("c") : body.collection());
        Job job = work.restore(request.name("c"), request.name("s"), body.collection(), body.replace());
        return Response.json(202, json -> JsonOutput.job(json, job));
    }
}
