package io.vecino.collection;

import io.vecino.model.PointId;
import io.vecino.payload.FieldSchema;
import io.vecino.payload.PayloadCodec;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.segment.SealedSegment;
import io.vecino.segment.SegmentFolder;
import io.vecino.segment.SegmentReader;
import io.vecino.segment.SegmentWriter;
import io.vecino.storage.DamagedFileException;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.PointKey;
import io.vecino.storage.PointRow;
import io.vecino.storage.PointStore;
import io.vecino.storage.PointView;
import io.vecino.storage.StoreBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a collection from disk to memory: maps its segments, reads what is in none, rebuilds what is damaged. */
final class Opening {
    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);
    private static final int READ_AHEAD = 1024;
    private static final int MOST_UNSEALED = 1 << 17;

    private final String name;
    private final PointStore store;
    private final SegmentFolder folder;
    private final FieldSchema schema;
    private final NativeMemory memory;
    private final SegmentSet segments;
    private final Manifests manifests;
    private final Pipelines pipelines;
    private final Sealing sealing;
    private final Map<Long, SealedSegment> opened = new HashMap<>();
    private final Set<Long> lost = new HashSet<>();

    Opening(
            String name,
            PointStore store,
            SegmentFolder folder,
            FieldSchema schema,
            NativeMemory memory,
            SegmentSet segments,
            Manifests manifests,
            Pipelines pipelines,
            Sealing sealing) {
        this.name = name;
        this.store = store;
        this.folder = folder;
        this.schema = schema;
        this.memory = memory;
        this.segments = segments;
        this.manifests = manifests;
        this.pipelines = pipelines;
        this.sealing = sealing;
    }

    void run() {
        Manifest manifest = manifests.current();
        folder.removeOrphans(manifests.known());
        manifest.segments().forEach(this::open);
        store.tombstones(this::bury);
        opened.values().forEach(segments::restore);
        try (PointView view = store.view()) {
            recent(view);
            if (!lost.isEmpty()) {
                recover(view);
            }
        }
        segments.publish();
        sealing.sealIfDue();
        sealing.mergeIfDue();
    }

    private void open(Manifest.Entry entry) {
        try {
            TrainedPipeline pipeline = pipelines.version(entry.pipelineVersion());
            if (pipeline == null) {
                throw new DamagedFileException("segment " + entry.number() + ": its pipeline is damaged");
            }
            var blueprint = new SegmentWriter.Blueprint(
                    pipelines.index(entry.pipelineVersion()), pipeline, entry.pipelineVersion(), schema, memory);
            SealedSegment segment = SegmentReader.open(folder, entry.number(), blueprint);
            opened.put(entry.number(), segment);
            if (segment.size() != entry.points()) {
                throw new DamagedFileException("segment " + entry.number() + ": expected " + entry.points()
                        + " points, got " + segment.size());
            }
        } catch (DamagedFileException e) {
            LOG.warn("collection {}: segment {} is rebuilt: {}", name, entry.number(), e.getMessage());
            SealedSegment segment = opened.remove(entry.number());
            if (segment != null) {
                segment.release();
            }
            lost.add(entry.number());
        }
    }

    private void bury(long number, int ordinal, long sequence) {
        SealedSegment segment = opened.get(number);
        if (segment != null && ordinal >= 0 && ordinal < segment.size() && segment.live(ordinal)) {
            segment.delete(ordinal, sequence);
        }
    }

    private void recent(PointView view) {
        Map<PointId, Long> versions = new HashMap<>();
        store.recent((sequence, key) -> {
            versions.put(PointKey.decode(key), sequence);
            if (versions.size() == READ_AHEAD) {
                restore(view, versions);
            }
        });
        restore(view, versions);
    }

    /** Restores the points that still are what the write of that number made them, and empties the map. */
    private void restore(PointView view, Map<PointId, Long> versions) {
        List<PointId> ids = new ArrayList<>(versions.keySet());
        List<@Nullable PointRow> rows = view.rows(ids);
        List<float @Nullable []> vectors = view.vectors(ids);
        for (int i = 0; i < ids.size(); i++) {
            PointRow row = rows.get(i);
            float[] vector = vectors.get(i);
            Long version = versions.get(ids.get(i));
            if (row != null && vector != null && version != null && row.sequence() == version) {
                segments.restore(row.id(), vector, PayloadCodec.decode(row.payload()));
            }
        }
        versions.clear();
        if (segments.activeSize() >= MOST_UNSEALED) {
            segments.publish();
            sealing.sealWhileOpening();
        }
    }

    /** Notes the points that no segment holds as unsealed, forgets the lost segments, and reads these points. */
    private void recover(PointView view) {
        List<PointId> missing = new ArrayList<>();
        try (StoreBatch batch = store.batch()) {
            view.scan(null, row -> {
                byte[] key = PointKey.encode(row.id());
                if (segments.find(row.id(), key) == null) {
                    batch.unsealed(key, row.sequence());
                    missing.add(row.id());
                }
                return true;
            });
            manifests.drop(lost, batch);
        }
        lost.forEach(folder::quarantine);
        LOG.info("collection {}: {} points of {} segments are read from the store", name, missing.size(), lost.size());
        Map<PointId, Long> versions = new HashMap<>();
        for (int first = 0; first < missing.size(); first += READ_AHEAD) {
            List<PointId> ids = missing.subList(first, Math.min(missing.size(), first + READ_AHEAD));
            for (PointRow row : view.rows(ids)) {
                if (row != null) {
                    versions.put(row.id(), row.sequence());
                }
            }
            restore(view, versions);
        }
    }
}
