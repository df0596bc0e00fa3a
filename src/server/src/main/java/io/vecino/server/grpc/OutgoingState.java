package io.vecino.server.grpc;

import com.google.protobuf.Timestamp;
import io.vecino.api.v1.Collection;
import io.vecino.api.v1.Job;
import io.vecino.api.v1.Snapshot;
import io.vecino.model.BackgroundJob;
import io.vecino.model.CollectionInfo;
import io.vecino.model.SnapshotInfo;
import java.time.Instant;

/** Collections, jobs and snapshots as messages. */
final class OutgoingState {
    private OutgoingState() {}

    static Collection collection(CollectionInfo info) {
        Collection.Builder to = Collection.newBuilder()
                .setName(info.name())
                .setDimension(info.config().dimension())
                .setMetric(info.config().metric().id())
                .setPipeline(info.config().pipeline().toString())
                .setIndex(info.config().index().toString())
                .setDurability(info.config().durability().id())
                .setPoints(info.points())
                .setUnsealedPoints(info.unsealedPoints())
                .setSegments(info.segments())
                .setBytesPerVector(info.bytesPerVector())
                .putAllBytes(info.bytes())
                .addAllSpectrum(info.spectrum());
        info.config().payloadIndexes().forEach((field, type) -> to.putPayloadIndexes(field, type.id()));
        if (info.reducedScore() != null) {
            to.setReducedScore(info.reducedScore());
        }
        if (info.reduction() != null) {
            to.setReduction(info.reduction());
        }
        for (BackgroundJob job : info.jobs()) {
            to.addJobs(
                    Collection.BackgroundWork.newBuilder().setKind(job.kind()).setProgress(job.progress()));
        }
        return to.build();
    }

    static Snapshot snapshot(SnapshotInfo info) {
        Instant created = info.created();
        return Snapshot.newBuilder()
                .setCollection(info.collection())
                .setName(info.name())
                .setCreated(Timestamp.newBuilder()
                        .setSeconds(created.getEpochSecond())
                        .setNanos(created.getNano()))
                .setPoints(info.points())
                .setBytes(info.bytes())
                .setAddedBytes(info.added())
                .build();
    }

    static Job job(io.vecino.server.work.Job job) {
        Job.Builder to = Job.newBuilder()
                .setId(job.id())
                .setKind(job.kind())
                .setProgress(job.progress())
                .setState(
                        switch (job.state()) {
                            case RUNNING -> Job.State.STATE_RUNNING;
                            case SUCCEEDED -> Job.State.STATE_SUCCEEDED;
                            case FAILED -> Job.State.STATE_FAILED;
                        });
        switch (job.result()) {
            case io.vecino.server.work.Job.MadeCollection(CollectionInfo info) -> to.setCollection(collection(info));
            case io.vecino.server.work.Job.MadeSnapshot(SnapshotInfo info) -> to.setSnapshot(snapshot(info));
            // Dry runs are started and told by REST alone.
            case io.vecino.server.work.Job.MadeTuning _ -> {}
            case null -> {}
        }
        if (job.error() != null) {
            to.setError(Job.Error.newBuilder()
                    .setCode(job.error().code().id())
                    .setMessage(job.error().message()));
        }
        return to.build();
    }
}
