package io.vecino.collection;

import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.PointId;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.quantization.TrainingSample;
import io.vecino.segment.IndexChoice;
import io.vecino.segment.MutableSegment;
import io.vecino.segment.SealedSegment;
import io.vecino.segment.Segment;
import io.vecino.segment.SegmentWriter;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.PointStore;
import io.vecino.transform.Similarity;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns unsealed points into compressed segments, while reads and writes go on. */
final class Sealing {
    private static final Logger LOG = LoggerFactory.getLogger(Sealing.class);
    private static final String PIPELINE_KEY = "pipeline";
    private static final int MAX_SEGMENTS = 16;
    private static final int LOAD_POINTS = 1 << 17;

    private final String name;
    private final PointStore store;
    private final CollectionConfig config;
    private final NativeMemory memory;
    private final SegmentSet segments;
    private final Lifecycle lifecycle;
    private final ExecutorService background;
    private final int sealPoints;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Object oneAtATime = new Object();
    private volatile @Nullable TrainedPipeline trained;

    Sealing(
            String name,
            PointStore store,
            NativeMemory memory,
            SegmentSet segments,
            Lifecycle lifecycle,
            ExecutorService background,
            int sealPoints) {
        this.name = name;
        this.store = store;
        this.config = store.config();
        this.memory = memory;
        this.segments = segments;
        this.lifecycle = lifecycle;
        this.background = background;
        this.sealPoints = sealPoints;
    }

    /** A source of points that can be read more than once; the vectors are as they are compared. */
    private interface Source {
        void forEach(Visitor visitor);

        int sizeHint();
    }

    @FunctionalInterface
    private interface Visitor {
        void visit(PointId id, float[] vector);
    }

    /** The pipeline, if it was trained already. */
    @Nullable
    TrainedPipeline trained() {
        return trained;
    }

    /** Reads all points of the store into segments, sealing as it goes. */
    void load() {
        trained = readPipeline();
        try (PointStore.View view = store.view()) {
            int limit = Math.max(sealPoints, LOAD_POINTS);
            view.scan(row -> {
                segments.restore(row);
                if (segments.activeSize() >= limit) {
                    segments.publish();
                    sealActive();
                }
                return true;
            });
        }
        segments.publish();
        if (segments.activeSize() >= sealPoints) {
            sealActive();
        }
    }

    private @Nullable TrainedPipeline readPipeline() {
        try {
            return store.meta(PIPELINE_KEY)
                    .map(bytes -> TrainedPipeline.fromBytes(
                            config.pipeline(), config.dimension(), Similarity.of(config.metric()), bytes))
                    .orElse(null);
        } catch (IllegalArgumentException e) {
            LOG.warn("collection {}: the stored pipeline is damaged and will be trained anew", name, e);
            return null;
        }
    }

    /** Starts sealing in the background if there is enough to seal. */
    void sealIfDue() {
        if (segments.activeSize() >= sealPoints && scheduled.compareAndSet(false, true)) {
            try {
                background.execute(this::sealInBackground);
            } catch (RejectedExecutionException e) {
                scheduled.set(false);
                LOG.debug("collection {}: not sealed, the engine is closing", name, e);
            }
        }
    }

    private void sealInBackground() {
        try (Lifecycle.Call _ = lifecycle.enter()) {
            scheduled.set(false);
            if (segments.sealedCount() >= MAX_SEGMENTS) {
                sealAll();
            } else {
                sealActive();
            }
        } catch (EngineException.Unavailable e) {
            LOG.debug("collection {}: sealing stopped, the collection is closed", name, e);
        } catch (RuntimeException e) {
            LOG.error("collection {}: sealing failed; its points stay uncompressed", name, e);
        }
    }

    /** Seals the segment being filled. */
    private void sealActive() {
        synchronized (oneAtATime) {
            try (Snapshot snapshot = segments.freeze()) {
                List<Segment> frozen = snapshot.parts().stream()
                        .filter(part -> !part.sealed() && part.size() > 0)
                        .map(Snapshot.Part::segment)
                        .toList();
                if (!frozen.isEmpty()) {
                    segments.replace(frozen, build(unsealed(snapshot, frozen)));
                }
            }
        }
    }

    /** Builds one segment out of everything. */
    void sealAll() {
        synchronized (oneAtATime) {
            try (Snapshot snapshot = segments.freeze()) {
                List<Segment> replaced = snapshot.parts().stream()
                        .filter(part -> part.size() > 0)
                        .map(Snapshot.Part::segment)
                        .toList();
                if (!replaced.isEmpty()) {
                    segments.replace(replaced, build(stored(snapshot)));
                }
            }
        }
    }

    private Source unsealed(Snapshot snapshot, List<Segment> frozen) {
        return new Source() {
            @Override
            public void forEach(Visitor visitor) {
                for (Segment segment : frozen) {
                    MutableSegment rows = (MutableSegment) segment;
                    var visible = rows.visibleAt(snapshot.sequence());
                    for (int ordinal = 0; ordinal < rows.size(); ordinal++) {
                        if (visible.accepts(ordinal)) {
                            visitor.visit(rows.id(ordinal), rows.vector(ordinal));
                        }
                    }
                }
            }

            @Override
            public int sizeHint() {
                return frozen.stream().mapToInt(Segment::size).sum();
            }
        };
    }

    private Source stored(Snapshot snapshot) {
        return new Source() {
            @Override
            public void forEach(Visitor visitor) {
                snapshot.view().scan(row -> {
                    visitor.visit(row.id(), Similarity.prepare(config.metric(), row.vector()));
                    return true;
                });
            }

            @Override
            public int sizeHint() {
                return snapshot.parts().stream()
                        .mapToInt(part -> part.size() - part.segment().deletions())
                        .sum();
            }
        };
    }

    private SealedSegment build(Source source) {
        TrainedPipeline pipeline = trained;
        if (pipeline == null) {
            pipeline = train(source);
            store.putMeta(PIPELINE_KEY, pipeline.toBytes());
            trained = pipeline;
        }
        try (SegmentWriter writer = new SegmentWriter(
                IndexChoice.builder(config.index(), pipeline, source.sizeHint(), memory, 1), config.dimension())) {
            source.forEach((id, vector) -> {
                lifecycle.requireOpen();
                writer.add(id, vector);
            });
            return writer.finish();
        }
    }

    private TrainedPipeline train(Source source) {
        Similarity similarity = Similarity.of(config.metric());
        if (!config.pipeline().learns()) {
            return TrainedPipeline.untrained(config.pipeline(), config.dimension(), similarity);
        }
        try (TrainingSample sample = TrainingSample.of(config.pipeline(), config.dimension(), source.sizeHint())) {
            source.forEach((_, vector) -> {
                lifecycle.requireOpen();
                sample.offer(vector);
            });
            return TrainedPipeline.train(config.pipeline(), sample.rows(), similarity);
        }
    }
}
