package io.vecino.collection;

import io.vecino.segment.SealedSegment;
import io.vecino.storage.PointStore;
import io.vecino.storage.StoreBatch;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The manifest of a collection and its changes, each one synced batch of the store. Thread-safe. */
final class Manifests {
    private final PointStore store;
    private Manifest manifest;
    private long nextNumber;

    Manifests(PointStore store) {
        this.store = store;
        this.manifest = store.meta(Manifest.NAME).map(Manifest::decode).orElse(Manifest.EMPTY);
        this.nextNumber = manifest.nextNumber();
    }

    synchronized Manifest current() {
        return manifest;
    }

    /** A number for a new segment, never given before. */
    synchronized long number() {
        return nextNumber++;
    }

    /** Publishes a new segment in the place of others. */
    synchronized void publish(Replacement replacement, @Nullable SealedSegment built, List<Replacement.Dead> dead) {
        List<Manifest.Entry> added = built == null
                ? List.of()
                : List.of(new Manifest.Entry(built.number(), built.size(), built.pipelineVersion()));
        Manifest next = manifest.replace(replacement.numbers(), added);
        try (StoreBatch batch = store.batch()) {
            if (built != null) {
                dead.forEach(row -> batch.bury(built.number(), row.ordinal(), row.sequence()));
            }
            replacement.numbers().forEach(batch::forget);
            if (replacement.sealedUpTo() > 0) {
                batch.sealed(replacement.sealedUpTo());
            }
            commit(batch, next);
        }
    }

    /** Publishes the version of the pipeline that segments to come are built with. */
    synchronized void publishPipeline(int version, String name, byte[] trained) {
        try (StoreBatch batch = store.batch()) {
            batch.putMeta(name, trained);
            commit(batch, manifest.withPipelineVersion(version));
        }
    }

    /** Drops segments whose points are noted as unsealed in the same batch. */
    synchronized void drop(Set<Long> numbers, StoreBatch batch) {
        numbers.forEach(batch::forget);
        commit(batch, manifest.replace(numbers, List.of()));
    }

    private void commit(StoreBatch batch, Manifest next) {
        batch.putMeta(Manifest.NAME, next.encode());
        batch.commitSynced();
        manifest = next;
    }
}
