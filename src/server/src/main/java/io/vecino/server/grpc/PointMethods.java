package io.vecino.server.grpc;

import io.vecino.EngineCollection;
import io.vecino.api.v1.ChangePayloadRequest;
import io.vecino.api.v1.CountReply;
import io.vecino.api.v1.CountRequest;
import io.vecino.api.v1.DeletePointsRequest;
import io.vecino.api.v1.GetPointRequest;
import io.vecino.api.v1.PointsGrpc;
import io.vecino.api.v1.StoredPoint;
import io.vecino.api.v1.UpsertRequest;
import io.vecino.api.v1.WriteReply;
import io.vecino.model.EngineException;
import io.vecino.model.PayloadChange;
import io.vecino.model.PointId;
import io.vecino.model.Selector;
import io.vecino.server.auth.Scope;
import java.util.List;

/** Storing, removing and reading points. */
final class PointMethods {
    private static final int MAX_FIELDS = 10_000;

    private final Reachable engine;

    private PointMethods(Reachable engine) {
        this.engine = engine;
    }

    static Rpc.Service service(Reachable engine, SearchMethods searches) {
        PointMethods points = new PointMethods(engine);
        Scrolling scrolling = new Scrolling(engine);
        return Rpc.service(
                PointsGrpc.getServiceDescriptor(),
                List.of(
                        Unary.rpc(PointsGrpc.getUpsertMethod(), Scope.WRITE, points::upsert),
                        BulkUpsert.rpc(engine),
                        Unary.rpc(PointsGrpc.getDeleteMethod(), Scope.WRITE, points::delete),
                        Unary.rpc(PointsGrpc.getChangePayloadMethod(), Scope.WRITE, points::change),
                        Unary.rpc(PointsGrpc.getGetMethod(), Scope.READ, points::get),
                        Unary.rpc(PointsGrpc.getCountMethod(), Scope.READ, points::count),
                        Pages.rpc(PointsGrpc.getScrollMethod(), Scope.READ, scrolling::scroll),
                        Pages.rpc(PointsGrpc.getExportMethod(), Scope.ADMIN, scrolling::export),
                        Unary.rpc(PointsGrpc.getSearchMethod(), Scope.READ, searches::search),
                        Unary.rpc(PointsGrpc.getSearchBatchMethod(), Scope.READ, searches::searchBatch)));
    }

    private WriteReply upsert(UpsertRequest request) {
        EngineCollection collection = engine.collection(request.getCollection());
        return Outgoing.written(collection.upsert(Incoming.points(request.getPointsList())));
    }

    private WriteReply delete(DeletePointsRequest request) {
        EngineCollection collection = engine.collection(request.getCollection());
        return Outgoing.written(
                switch (request.getSelectorCase()) {
                    case IDS -> collection.delete(Incoming.ids("ids", request.getIds()));
                    case FILTER -> collection.delete(IncomingFilter.read("filter", request.getFilter()));
                    case SELECTOR_NOT_SET -> throw noSelector();
                });
    }

    private WriteReply change(ChangePayloadRequest request) {
        EngineCollection collection = engine.collection(request.getCollection());
        Selector which = switch (request.getSelectorCase()) {
            case IDS -> new Selector.Ids(Incoming.ids("ids", request.getIds()));
            case FILTER -> new Selector.Matching(IncomingFilter.read("filter", request.getFilter()));
            case SELECTOR_NOT_SET -> throw noSelector();
        };
        return Outgoing.written(collection.change(which, changeOf(request)));
    }

    private static PayloadChange changeOf(ChangePayloadRequest request) {
        return switch (request.getChangeCase()) {
            case SET -> new PayloadChange.Set(Incoming.payload("set", request.getSet()));
            case MERGE -> new PayloadChange.Merge(Incoming.payload("merge", request.getMerge()));
            case CLEAR -> {
                if (request.getClear().getFieldsCount() > MAX_FIELDS) {
                    throw new EngineException.InvalidArgument(
                            "clear",
                            "at most " + MAX_FIELDS + " entries",
                            request.getClear().getFieldsCount() + " entries");
                }
                yield new PayloadChange.Clear(request.getClear().getFieldsList());
            }
            case CHANGE_NOT_SET ->
                throw new EngineException.InvalidArgument("set", "one of set, merge and clear", "nothing");
        };
    }

    private static EngineException noSelector() {
        return new EngineException.InvalidArgument("ids", "an array of ids, or a filter", "nothing");
    }

    private StoredPoint get(GetPointRequest request) {
        PointId id = Incoming.id("id", request.getId());
        EngineCollection collection = engine.collection(request.getCollection());
        engine.requireVectors(request.getWithVector(), collection.name());
        io.vecino.model.StoredPoint point =
                collection.get(id).orElseThrow(() -> new EngineException.NotFound("point", id.toString()));
        return Outgoing.stored(
                point.id(), point.payload(), point.version(), request.getWithVector() ? point.vector() : null);
    }

    private CountReply count(CountRequest request) {
        EngineCollection collection = engine.collection(request.getCollection());
        long count = request.hasFilter()
                ? collection.count(IncomingFilter.read("filter", request.getFilter()))
                : collection.count();
        return CountReply.newBuilder().setCount(count).build();
    }
}
