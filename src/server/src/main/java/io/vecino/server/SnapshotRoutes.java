package io.vecino.server;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.EngineSnapshots;
import io.vecino.model.CollectionInfo;
import io.vecino.model.EngineException;
import io.vecino.model.SnapshotInfo;
import java.util.List;

/** Taking, listing, restoring and removing snapshots, in the folder that the operator chose and in no other. */
final class SnapshotRoutes {
    /** A restore reads the snapshot twice: to verify it, then to copy it. */
    private static final double VERIFY_SHARE = 0.4;

    private final Engine engine;
    private final Jobs jobs;

    SnapshotRoutes(Engine engine, Jobs jobs) {
        this.engine = engine;
        this.jobs = jobs;
    }

    List<Route> routes() {
        return List.of(
                Route.of("POST", "/v1/collections/{c}/snapshots", this::create),
                Route.of("GET", "/v1/collections/{c}/snapshots", this::list),
                Route.of("DELETE", "/v1/collections/{c}/snapshots/{s}", this::delete),
                Route.of("POST", "/v1/collections/{c}/snapshots/{s}:restore", this::restore));
    }

    private Response create(Request request) {
        request.requireNoQuery();
        SnapshotBody.New body = SnapshotBody.readNew(request);
        EngineSnapshots snapshots = engine.snapshots();
        String collection = engine.collection(request.name("c")).name();
        String name = body.name() == null ? EngineSnapshots.newName() : body.name();
        snapshots.requireFree(collection, name);
        String subject = collection + "/" + (body.name() == null ? "" : name);
        Job job = jobs.start("snapshot", subject, progress -> {
            SnapshotInfo info = snapshots.create(collection, name, (_, share) -> progress.accept(share));
            return json -> JsonOutput.snapshot(json, info);
        });
        return Response.json(202, job::write);
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
        EngineSnapshots snapshots = engine.snapshots();
        SnapshotInfo snapshot = snapshots.get(request.name("c"), request.name("s"));
        String as = body.collection() == null ? request.name("c") : body.collection();
        if (!body.replace() && engine.collections().contains(as)) {
            throw new EngineException.Conflict("collection exists: " + as + "; \"replace\": true takes its place");
        }
        String subject = request.name("c") + "/" + snapshot.name() + "/" + as + "/" + body.replace();
        Job job = jobs.start("restore", subject, progress -> {
            EngineCollection restored = snapshots.restore(
                    request.name("c"),
                    snapshot.name(),
                    as,
                    body.replace(),
                    (task, share) -> progress.accept(
                            task.equals(EngineSnapshots.VERIFY)
                                    ? VERIFY_SHARE * share
                                    : VERIFY_SHARE + (1 - VERIFY_SHARE) * share));
            CollectionInfo info = restored.info();
            return json -> JsonOutput.collection(json, info);
        });
        return Response.json(202, job::write);
    }
}
