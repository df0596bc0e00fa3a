package io.vecino.server.grpc;

import com.google.protobuf.Empty;
import io.vecino.api.v1.CreateSnapshotRequest;
import io.vecino.api.v1.DeleteSnapshotRequest;
import io.vecino.api.v1.GetJobRequest;
import io.vecino.api.v1.Job;
import io.vecino.api.v1.JobsGrpc;
import io.vecino.api.v1.ListSnapshotsReply;
import io.vecino.api.v1.ListSnapshotsRequest;
import io.vecino.api.v1.RestoreSnapshotRequest;
import io.vecino.api.v1.SnapshotsGrpc;
import io.vecino.model.EngineException;
import io.vecino.model.SnapshotInfo;
import io.vecino.server.auth.Scope;
import io.vecino.server.work.LongWork;
import java.util.List;

/** Watching long work; snapshots, which are taken and restored by it. */
final class JobMethods {
    private final Reachable engine;
    private final LongWork work;

    private JobMethods(Reachable engine, LongWork work) {
        this.engine = engine;
        this.work = work;
    }

    static List<Rpc.Service> services(Reachable engine, LongWork work) {
        JobMethods methods = new JobMethods(engine, work);
        return List.of(
                Rpc.service(
                        JobsGrpc.getServiceDescriptor(),
                        List.of(Unary.rpc(JobsGrpc.getGetMethod(), Scope.READ, methods::get))),
                Rpc.service(
                        SnapshotsGrpc.getServiceDescriptor(),
                        List.of(
                                Unary.rpc(SnapshotsGrpc.getCreateMethod(), Scope.ADMIN, methods::create),
                                Unary.rpc(SnapshotsGrpc.getListMethod(), Scope.ADMIN, methods::list),
                                Unary.rpc(SnapshotsGrpc.getDeleteMethod(), Scope.ADMIN, methods::delete),
                                Unary.rpc(SnapshotsGrpc.getRestoreMethod(), Scope.ADMIN, methods::restore))));
    }

    private Job get(GetJobRequest request) {
        io.vecino.server.work.Job job = work.get(request.getId());
        if (!Reachable.caller().sees(job.collection())) {
            throw new EngineException.NotFound("job", job.id());
        }
        return OutgoingState.job(job);
    }

    private Job create(CreateSnapshotRequest request) {
        String name = request.hasName() ? request.getName() : null;
        return OutgoingState.job(work.snapshot(engine.collection(request.getCollection()), name));
    }

    private ListSnapshotsReply list(ListSnapshotsRequest request) {
        engine.require(request.getCollection());
        List<SnapshotInfo> found = engine.engine().snapshots().list(request.getCollection());
        if (found.isEmpty()) {
            engine.collection(request.getCollection());
        }
        ListSnapshotsReply.Builder reply = ListSnapshotsReply.newBuilder();
        found.forEach(snapshot -> reply.addSnapshots(OutgoingState.snapshot(snapshot)));
        return reply.build();
    }

    private Empty delete(DeleteSnapshotRequest request) {
        engine.require(request.getCollection());
        engine.engine().snapshots().delete(request.getCollection(), request.getSnapshot());
        return Empty.getDefaultInstance();
    }

    private Job restore(RestoreSnapshotRequest request) {
        engine.require(request.getCollection());
        engine.require(request.hasAs() ? request.getAs() : request.getCollection());
        return OutgoingState.job(work.restore(
                request.getCollection(),
                request.getSnapshot(),
                request.hasAs() ? request.getAs() : null,
                request.getReplace()));
    }
}
