package io.vecino.collection;

import io.vecino.model.EngineException;
import io.vecino.model.ProgressListener;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.segment.SealedSegment;
import io.vecino.segment.SegmentFolder;
import io.vecino.segment.SegmentReader;
import io.vecino.storage.DamagedFileException;
import io.vecino.storage.PointStore;
import io.vecino.storage.StoreBatch;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes how a collection is encoded, while it is read and written, and changes it back. The new segments are built from the
 * originals beside the old ones and take their place in one step; until then a crash leaves everything as it was. The old files
 * stay afterwards, so that going back encodes only what was written since.
 */
final class EncodingChange {
    private static final Logger LOG = LoggerFactory.getLogger(EncodingChange.class);
    private static final int ROUNDS = 4;

    private final PointStore store;
    private final SegmentFolder folder;
    private final SegmentSet segments;
    private final SegmentBuild builds;
    private final Manifests manifests;
    private final Pipelines pipelines;
    private final Sealing sealing;
    private final Lifecycle lifecycle;
    private final AtomicBoolean running = new AtomicBoolean();

    EncodingChange(
            PointStore store,
            SegmentFolder folder,
            SegmentSet segments,
            SegmentBuild builds,
            Manifests manifests,
            Pipelines pipelines,
            Sealing sealing,
            Lifecycle lifecycle) {
        this.store = store;
        this.folder = folder;
        this.segments = segments;
        this.builds = builds;
        this.manifests = manifests;
        this.pipelines = pipelines;
        this.sealing = sealing;
        this.lifecycle = lifecycle;
    }

    /**
     * What {@link #undo} goes back to.
     *
     * @throws EngineException.Conflict if nothing was changed
     */
    Previous previous() {
        return Previous.of(store)
                .orElseThrow(
                        () -> new EngineException.Conflict("the pipeline was not changed: there is nothing to undo"));
    }

    /** Changes to another encoding; returns when it is the one that is searched. */
    void apply(Encoding to, ProgressListener progress) {
        Work work = new Work("apply", progress);
        exclusively(work, () -> change(to, null, work));
    }

    /** Goes back to the encoding before the last change, which then is the one before. */
    void undo(ProgressListener progress) {
        Work work = new Work("undo", progress);
        exclusively(work, () -> {
            Previous back = previous();
            change(back.encoding(), back, work);
        });
    }

    private void exclusively(Work work, Runnable task) {
        if (!running.compareAndSet(false, true)) {
            throw new EngineException.Conflict("the pipeline is being changed already");
        }
        try {
            sealing.watched(work, task);
        } finally {
            running.set(false);
        }
    }

    private void change(Encoding to, @Nullable Previous back, Work work) {
        if (changedWithoutSegments(to)) {
            return;
        }
        TrainedPipeline known = back == null ? null : pipelines.version(back.version());
        int version = back == null || known == null ? pipelines.newVersion() : back.version();
        TrainedPipeline trained = known == null ? train(to) : known;
        var blueprint = builds.blueprint(trained, version, to.index());
        try (Reencoding next = new Reencoding(segments, builds, blueprint, lifecycle, work)) {
            work.total(points());
            if (back != null) {
                reopen(back, next);
                next.reuse(back.sequence());
            }
            for (int round = 0; round < ROUNDS && next.encodeSealed(); round++) {
                lifecycle.requireOpen();
            }
            sealing.whileNothingIsSealed(frozen -> {
                next.encodeRest(frozen);
                Switch extra = new Switch(to, version, known == null ? trained : null, frozen.sequence());
                next.publish(manifests, extra);
                extra.done();
            });
        }
    }

    private long points() {
        try (Snapshot snapshot = segments.acquire()) {
            return snapshot.points();
        }
    }

    private TrainedPipeline train(Encoding to) {
        try (Snapshot snapshot = segments.acquire()) {
            return builds.train(snapshot, snapshot.parts(), to.pipeline());
        }
    }

    /** Where nothing is sealed there is nothing to encode: the pipeline will be trained when something is. */
    private boolean changedWithoutSegments(Encoding to) {
        if (!manifests.current().segments().isEmpty()) {
            return false;
        }
        boolean[] changed = {false};
        sealing.whileNothingIsSealed(frozen -> {
            if (manifests.current().segments().isEmpty()) {
                Switch extra = new Switch(to, 0, null, frozen.sequence());
                manifests.publish(Set.of(), java.util.List.of(), 0, extra);
                extra.done();
                changed[0] = true;
            }
        });
        return changed[0];
    }

    /** Opens the segments of before; one that is not as it was is encoded anew. */
    private void reopen(Previous back, Reencoding next) {
        Map<Long, SealedSegment> opened = new HashMap<>();
        for (Manifest.Entry entry : back.segments()) {
            try {
                TrainedPipeline pipeline = pipelines.version(entry.pipelineVersion());
                if (pipeline == null) {
                    throw new DamagedFileException("pipeline version " + entry.pipelineVersion());
                }
                var blueprint =
                        builds.blueprint(pipeline, entry.pipelineVersion(), pipelines.index(entry.pipelineVersion()));
                SealedSegment segment = SegmentReader.open(folder, entry.number(), blueprint);
                next.own(segment);
                opened.put(entry.number(), segment);
            } catch (DamagedFileException e) {
                LOG.warn("segment {} of before is encoded anew: {}", entry.number(), e.getMessage());
            }
        }
        store.tombstones((number, ordinal, sequence) -> {
            SealedSegment segment = opened.get(number);
            if (segment != null && ordinal < segment.size() && segment.live(ordinal)) {
                segment.delete(ordinal, sequence);
            }
        });
    }

    /** What is stored and remembered with the new segments. */
    private final class Switch implements Manifests.Extra {
        private final Encoding to;
        private final int version;
        private final @Nullable TrainedPipeline trained;
        private final long sequence;
        private final Set<Long> dropped = new HashSet<>();

        /** @param trained null if the pipeline of that version is stored, or there is none */
        Switch(Encoding to, int version, @Nullable TrainedPipeline trained, long sequence) {
            this.to = to;
            this.version = version;
            this.trained = trained;
            this.sequence = sequence;
        }

        @Override
        public Manifest add(Manifest before, Manifest next, StoreBatch batch) {
            Optional<Previous> old = Previous.of(store);
            Previous now = new Previous(pipelines.encoding(), before.pipelineVersion(), sequence, before.segments());
            batch.putMeta(Previous.META, now.encode());
            old.ifPresent(previous -> dropped.addAll(previous.numbers()));
            dropped.removeAll(now.numbers());
            dropped.removeAll(next.numbers());
            dropped.forEach(batch::forget);
            Manifest switched = next.withPipelineVersion(version);
            pipelines.change(batch, to, trained, switched, now);
            return switched;
        }

        @Override
        public boolean keepsReplaced() {
            return true;
        }

        /** After the batch was committed. */
        void done() {
            pipelines.changed(to, version, trained);
            dropped.forEach(folder::remove);
        }
    }
}
