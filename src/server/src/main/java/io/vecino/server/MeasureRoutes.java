package io.vecino.server;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.model.ProgressListener;
import io.vecino.model.RecallReport;
import io.vecino.model.RecallRequest;
import io.vecino.model.TuneRequest;
import io.vecino.server.report.Json;
import io.vecino.server.report.Reports;
import io.vecino.server.work.Job;
import io.vecino.server.work.LongWork;
import java.util.List;

/** What compression costs in recall. */
final class MeasureRoutes {
    private final Engine engine;
    private final LongWork work;

    MeasureRoutes(Engine engine, LongWork work) {
        this.engine = engine;
        this.work = work;
    }

    List<Route> routes() {
        return List.of(
                Route.admin("POST", "/v1/collections/{c}:measure", this::measure),
                Route.admin("POST", "/v1/collections/{c}:tune", this::tune));
    }

    private Response measure(Request request) {
        request.requireNoQuery();
        EngineCollection collection = engine.collection(request.name("c"));
        RecallRequest wanted =
                MeasureBody.read(request.json(), collection.config().dimension());
        RecallReport report = collection.measure(wanted, ProgressListener.NONE);
        return Response.ok(json -> Json.write(json, Reports.of(report)));
    }

    private Response tune(Request request) {
        request.requireNoQuery();
        EngineCollection collection = engine.collection(request.name("c"));
        TuneRequest wanted = TuneBody.read(request.json(), collection.config().dimension());
        Job job = work.tune(collection, wanted);
        return Response.json(202, json -> JsonOutput.job(json, job));
    }
}
