package io.vecino.collection;

import io.vecino.model.CollectionConfig;
import io.vecino.model.DirectoryReport;
import io.vecino.model.EngineException;
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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads all that is stored of a closed collection: every file, and whether store and segments agree on every point. */
public final class Verification implements AutoCloseable {
    private static final int MOST_OF_A_KIND = 10;
    private static final int BLOCK = 10_000;

    private final PointStore store;
    private final SegmentFolder folder;
    private final NativeMemory memory;
    private final Manifests manifests;
    private final Map<Long, SealedSegment> segments = new HashMap<>();
    private final Map<PointId, Long> recent = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private long points;

    private Verification(PointStore store, Collection.Resources resources) {
        this.store = store;
        this.folder = resources.folder(store);
        this.memory = resources.memory();
        this.manifests = new Manifests(store);
    }

    /**
     * Verifies, and if asked to and anything is wrong, notes every point as unsealed and forgets all segments, so that the
     * next opening builds them anew.
     */
    public static DirectoryReport.Finding run(
            String name, PointStore store, Collection.Resources resources, boolean repair) {
        try (Verification verification = new Verification(store, resources)) {
            List<String> leftovers = verification.folder.orphans(verification.manifests.known());
            int count = verification.manifests.current().segments().size();
            boolean readable = verification.verify();
            boolean wanted = repair && readable && !verification.problems.isEmpty();
            List<String> repairs = wanted ? verification.repair() : List.of();
            return new DirectoryReport.Finding(
                    name, verification.points, count, verification.problems, repairs, leftovers);
        }
    }

    private void problem(String kind, String what) {
        int count = counts.merge(kind, 1, Integer::sum);
        if (count <= MOST_OF_A_KIND) {
            problems.add(kind + ": " + what);
        } else if (count == MOST_OF_A_KIND + 1) {
            problems.add(kind + ": and more of that kind");
        }
    }

    /** Whether every point of the store can be read, without which nothing can be built anew. */
    private boolean verify() {
        manifests.current().segments().forEach(this::open);
        try (PointView view = store.view()) {
            store.tombstones(this::bury);
            store.recent((sequence, key) -> recent.put(PointKey.decode(key), sequence));
            view.scan(null, row -> {
                points++;
                requireOnePlace(row);
                return true;
            });
            requireVectors(view);
            requireNoOthers(view);
            return true;
        } catch (EngineException.StorageFailure e) {
            problem("store", String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void requireOnePlace(PointRow row) {
        PayloadCodec.decode(row.payload());
        long places = segments.values().stream()
                .filter(segment -> holds(segment, row.id()))
                .count();
        if (places == 0 && Long.valueOf(row.sequence()).equals(recent.get(row.id()))) {
            places = 1;
        }
        boolean inDamaged =
                places == 0 && segments.size() < manifests.current().segments().size();
        if (places != 1 && !inDamaged) {
            problem("point in " + places + " places instead of one", row.id().toString());
        }
    }

    private void requireVectors(PointView view) {
        long[] vectors = {0};
        view.scanVectors((_, _) -> ++vectors[0] > 0);
        if (vectors[0] != points) {
            throw new EngineException.StorageFailure(points + " points and " + vectors[0] + " vectors", null);
        }
    }

    /** With every point of the store in one place, counting tells whether segments hold points that the store does not. */
    private void requireNoOthers(PointView view) {
        long sealed = segments.values().stream()
                .mapToLong(segment -> segment.size() - segment.deletions())
                .sum();
        long unsealed = recent.entrySet().stream()
                .filter(entry -> view.row(entry.getKey())
                        .map(row -> row.sequence() == entry.getValue())
                        .orElse(false))
                .filter(entry -> segments.values().stream().noneMatch(segment -> holds(segment, entry.getKey())))
                .count();
        if (problems.isEmpty() && sealed + unsealed != points) {
            problem("segments", sealed + " sealed and " + unsealed + " unsealed points, " + points + " in the store");
        }
    }

    private static boolean holds(SealedSegment segment, PointId id) {
        int ordinal = segment.find(id, PointKey.encode(id));
        return ordinal >= 0 && segment.live(ordinal);
    }

    private void open(Manifest.Entry entry) {
        CollectionConfig config = store.config();
        Pipelines pipelines = new Pipelines(store, manifests);
        @Nullable TrainedPipeline pipeline = pipelines.version(entry.pipelineVersion());
        if (pipeline == null) {
            problem("pipeline", "version " + entry.pipelineVersion() + " is damaged");
            return;
        }
        try {
            SealedSegment segment = SegmentReader.open(
                    folder,
                    entry.number(),
                    new SegmentWriter.Blueprint(
                            pipelines.index(entry.pipelineVersion()),
                            pipeline,
                            entry.pipelineVersion(),
                            new FieldSchema(config.payloadIndexes()),
                            memory));
            segments.put(entry.number(), segment);
            if (segment.size() != entry.points()) {
                problem("segment", entry.number() + ": expected " + entry.points() + " points, got " + segment.size());
            }
        } catch (DamagedFileException e) {
            problem("segment", String.valueOf(e.getMessage()));
        }
    }

    private void bury(long number, int ordinal, long sequence) {
        SealedSegment segment = segments.get(number);
        if (segment != null) {
            if (ordinal < 0 || ordinal >= segment.size()) {
                problem("tombstone", "segment " + number + " has no ordinal " + ordinal);
            } else if (segment.live(ordinal)) {
                segment.delete(ordinal, sequence);
            }
        }
    }

    private List<String> repair() {
        List<PointRow> block = new ArrayList<>();
        try (PointView view = store.view()) {
            view.scan(null, row -> {
                block.add(row);
                if (block.size() == BLOCK) {
                    noteUnsealed(block);
                }
                return true;
            });
        }
        noteUnsealed(block);
        try (StoreBatch batch = store.batch()) {
            manifests.drop(manifests.current().numbers(), batch);
        }
        return List.of("built its segments anew from the " + points + " points of the store");
    }

    /** Does no harm to points that are in segments. */
    private void noteUnsealed(List<PointRow> rows) {
        try (StoreBatch batch = store.batch()) {
            rows.forEach(row -> batch.unsealed(PointKey.encode(row.id()), row.sequence()));
            batch.commit();
        }
        rows.clear();
    }

    @Override
    public void close() {
        segments.values().forEach(SealedSegment::release);
    }
}
