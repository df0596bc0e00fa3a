package io.vecino.collection;

import io.vecino.segment.SealedSegment;
import io.vecino.segment.Segment;
import io.vecino.storage.PointStore;
import io.vecino.storage.StoreBatch;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

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

    /** Numbers of the segments that are searched, and of those that stay to go back to. */
    Set<Long> known() {
        Set<Long> numbers = new HashSet<>(current().numbers());
        Previous.of(store).ifPresent(previous -> numbers.addAll(previous.numbers()));
        return numbers;
    }

    /** A number for a new segment, never given before. */
    synchronized long number() {
        return nextNumber++;
    }

    /**
     * A segment to publish.
     *
     * @param dead rows that were deleted since it was built
     */
    record Added(SealedSegment segment, List<Replacement.Dead> dead) {
        private Manifest.Entry entry() {
            return new Manifest.Entry(segment.number(), segment.size(), segment.pipelineVersion());
        }
    }

    /** What else changes in the batch that publishes segments. */
    interface Extra {
        /** Nothing. */
        Extra NONE = (_, next, _) -> next;

        /** Adds to the batch, and says what the manifest will be. */
        Manifest add(Manifest before, Manifest next, StoreBatch batch);

        /** Whether the files and tombstones of the segments that are replaced stay. */
        default boolean keepsReplaced() {
            return false;
        }
    }

    /** Publishes new segments in the place of others. */
    synchronized void publish(Set<Segment> replaced, List<Added> added, long sealedUpTo, Extra extra) {
        Set<Long> removed = new HashSet<>();
        for (Segment segment : replaced) {
            if (segment instanceof SealedSegment sealed) {
                removed.add(sealed.number());
            }
        }
        Manifest next =
                manifest.replace(removed, added.stream().map(Added::entry).toList());
        try (StoreBatch batch = store.batch()) {
            if (!extra.keepsReplaced()) {
                removed.forEach(batch::forget);
            }
            for (Added one : added) {
                one.dead.forEach(row -> batch.bury(one.segment.number(), row.ordinal(), row.sequence()));
            }
            if (sealedUpTo > 0) {
                batch.sealed(sealedUpTo);
            }
            commit(batch, extra.add(manifest, next, batch));
        }
    }

    /** Publishes the version of the pipeline that segments to come are built with. */
    synchronized void publishPipeline(int version, Consumer<StoreBatch> pipeline) {
        try (StoreBatch batch = store.batch()) {
            pipeline.accept(batch);
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
