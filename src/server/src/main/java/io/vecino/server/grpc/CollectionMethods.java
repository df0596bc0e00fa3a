package io.vecino.server.grpc;

import com.google.protobuf.Empty;
import io.vecino.EngineCollection;
import io.vecino.api.v1.ApplyRequest;
import io.vecino.api.v1.Collection;
import io.vecino.api.v1.CollectionsGrpc;
import io.vecino.api.v1.CreateCollectionRequest;
import io.vecino.api.v1.DeleteCollectionRequest;
import io.vecino.api.v1.Job;
import io.vecino.api.v1.ListCollectionsReply;
import io.vecino.api.v1.ListCollectionsRequest;
import io.vecino.model.CollectionConfig;
import io.vecino.model.CollectionInfo;
import io.vecino.model.Durability;
import io.vecino.model.Encoding;
import io.vecino.model.EngineException;
import io.vecino.model.FieldType;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.server.auth.Scope;
import io.vecino.server.work.LongWork;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Making, changing, listing and dropping collections. */
final class CollectionMethods {
    private final Reachable engine;
    private final LongWork work;

    private CollectionMethods(Reachable engine, LongWork work) {
        this.engine = engine;
        this.work = work;
    }

    static Rpc.Service service(Reachable engine, LongWork work) {
        CollectionMethods collections = new CollectionMethods(engine, work);
        return Rpc.service(
                CollectionsGrpc.getServiceDescriptor(),
                List.of(
                        Unary.rpc(CollectionsGrpc.getListMethod(), Scope.READ, collections::list),
                        Unary.rpc(CollectionsGrpc.getCreateMethod(), Scope.ADMIN, collections::create),
                        Unary.rpc(
                                CollectionsGrpc.getGetMethod(),
                                Scope.READ,
                                request -> OutgoingState.collection(engine.collection(request.getCollection())
                                        .info())),
                        Unary.rpc(CollectionsGrpc.getDeleteMethod(), Scope.ADMIN, collections::delete),
                        Unary.rpc(
                                CollectionsGrpc.getOptimizeMethod(),
                                Scope.ADMIN,
                                request ->
                                        OutgoingState.job(work.optimize(engine.collection(request.getCollection())))),
                        Unary.rpc(CollectionsGrpc.getApplyMethod(), Scope.ADMIN, collections::apply),
                        Unary.rpc(
                                CollectionsGrpc.getUndoMethod(),
                                Scope.ADMIN,
                                request -> OutgoingState.job(work.undo(engine.collection(request.getCollection()))))));
    }

    private ListCollectionsReply list(ListCollectionsRequest request) {
        ListCollectionsReply.Builder reply = ListCollectionsReply.newBuilder();
        for (String name : engine.engine().collections()) {
            if (!Reachable.caller().sees(name)) {
                continue;
            }
            try {
                long points = engine.collection(name).count();
                reply.addCollections(
                        ListCollectionsReply.Entry.newBuilder().setName(name).setPoints(points));
            } catch (EngineException.NotFound | EngineException.Unavailable e) {
                if (engine.engine().collections().contains(name)) {
                    throw e;
                }
            }
        }
        return reply.build();
    }

    private Collection create(CreateCollectionRequest request) {
        Map<String, FieldType> indexes = new HashMap<>();
        request.getPayloadIndexesMap().forEach((path, type) -> indexes.put(path, FieldType.parse(type)));
        int dimension = IncomingQuery.number(request.getDimension());
        Encoding encoding = Encoding.of(
                dimension,
                request.hasPipeline() ? Optional.of(Pipeline.parse(request.getPipeline())) : Optional.empty(),
                request.hasIndex() ? Optional.of(IndexSpec.parse(request.getIndex())) : Optional.empty());
        CollectionConfig config = new CollectionConfig(
                dimension,
                Metric.parse(request.getMetric()),
                encoding.pipeline(),
                encoding.index(),
                request.hasDurability() ? Durability.parse(request.getDurability()) : Durability.FSYNC,
                indexes);
        engine.require(request.getName());
        CollectionInfo info = engine.engine().create(request.getName(), config).info();
        return OutgoingState.collection(info);
    }

    private Empty delete(DeleteCollectionRequest request) {
        engine.require(request.getCollection());
        engine.engine().delete(request.getCollection());
        return Empty.getDefaultInstance();
    }

    private Job apply(ApplyRequest request) {
        EngineCollection collection = engine.collection(request.getCollection());
        CollectionConfig now = collection.config();
        if (!request.hasPipeline() && !request.hasIndex()) {
            throw new EngineException.InvalidArgument("pipeline", "a pipeline or an index", "nothing");
        }
        CollectionConfig to = now.with(now.encoding()
                .with(
                        request.hasPipeline() ? Optional.of(Pipeline.parse(request.getPipeline())) : Optional.empty(),
                        request.hasIndex() ? Optional.of(IndexSpec.parse(request.getIndex())) : Optional.empty()));
        return OutgoingState.job(work.apply(collection, to));
    }
}
