package io.vecino.collection;

import io.vecino.model.CollectionConfig;
import io.vecino.model.MemoryUse;
import io.vecino.model.Payload;
import io.vecino.model.PointId;
import io.vecino.payload.FieldSchema;
import io.vecino.payload.PayloadCodec;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.quantization.TrainingSample;
import io.vecino.segment.MutableSegment;
import io.vecino.segment.SealedSegment;
import io.vecino.segment.Segment;
import io.vecino.segment.SegmentFolder;
import io.vecino.segment.SegmentWriter;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.PointRow;
import io.vecino.transform.Similarity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds one sealed segment out of parts of a snapshot, training the pipeline first if that was never done. */
final class SegmentBuild {
    private static final int READ_AHEAD = 1024;

    private final CollectionConfig config;
    private final Similarity similarity;
    private final SegmentFolder folder;
    private final FieldSchema schema;
    private final NativeMemory memory;
    private final Manifests manifests;
    private final Pipelines pipelines;
    private final Lifecycle lifecycle;

    SegmentBuild(
            CollectionConfig config,
            SegmentFolder folder,
            FieldSchema schema,
            NativeMemory memory,
            Manifests manifests,
            Pipelines pipelines,
            Lifecycle lifecycle) {
        this.config = config;
        this.similarity = Similarity.of(config.metric());
        this.folder = folder;
        this.schema = schema;
        this.memory = memory.on(MemoryUse.BUILDING);
        this.manifests = manifests;
        this.pipelines = pipelines;
        this.lifecycle = lifecycle;
    }

    /** @param segment null if no point was left */
    record Built(Replacement replacement, @Nullable SealedSegment segment) {}

    @FunctionalInterface
    private interface Visitor {
        /** @param part position of the segment in the list of parts */
        void visit(int part, int ordinal, PointId id, float[] vector, @Nullable Object[] fields);
    }

    /**
     * Builds out of what the snapshot sees of the parts; the files are durable, the manifest is as before.
     *
     * @param sealedUpTo as of {@link Replacement}
     */
    Built build(Snapshot snapshot, List<Snapshot.Part> parts, long sealedUpTo, Work work) {
        List<Segment> segments = parts.stream().map(Snapshot.Part::segment).toList();
        Replacement replacement = new Replacement(segments, sealedUpTo);
        int expected = parts.stream()
                .mapToInt(part -> part.size() - part.segment().deletions())
                .sum();
        TrainedPipeline pipeline = pipelines.current();
        if (pipeline == null) {
            pipeline = train(snapshot, parts, expected);
            pipelines.publish(pipeline);
        }
        work.total(expected);
        var blueprint =
                new SegmentWriter.Blueprint(config.index(), pipeline, pipelines.currentVersion(), schema, memory);
        try (SegmentWriter writer =
                new SegmentWriter(folder, manifests.number(), blueprint, config.dimension(), expected)) {
            forEach(snapshot, parts, (part, ordinal, id, vector, fields) -> {
                replacement.add(part, ordinal);
                writer.add(id, vector, fields);
                work.advance(replacement.rows());
            });
            return new Built(replacement, replacement.rows() == 0 ? null : writer.finish());
        }
    }

    private TrainedPipeline train(Snapshot snapshot, List<Snapshot.Part> parts, int expected) {
        if (!config.pipeline().learns()) {
            return TrainedPipeline.untrained(config.pipeline(), config.dimension(), similarity);
        }
        // Training works on a copy of the sample.
        long bytes = 2 * TrainingSample.bytes(config.pipeline(), config.dimension(), expected);
        try (NativeMemory.Charge _ = memory.charge(bytes, "training " + config.pipeline());
                TrainingSample sample = TrainingSample.of(config.pipeline(), config.dimension(), expected)) {
            forEach(snapshot, parts, (_, _, _, vector, _) -> sample.offer(vector));
            return TrainedPipeline.train(config.pipeline(), sample.rows(), similarity);
        }
    }

    private void forEach(Snapshot snapshot, List<Snapshot.Part> parts, Visitor visitor) {
        for (int i = 0; i < parts.size(); i++) {
            Snapshot.Part part = parts.get(i);
            if (part.segment() instanceof MutableSegment rows) {
                fromMemory(snapshot, rows, part.size(), i, visitor);
            } else {
                fromStore(snapshot, part, i, visitor);
            }
        }
    }

    private void fromMemory(Snapshot snapshot, MutableSegment rows, int size, int part, Visitor visitor) {
        var visible = rows.visibleAt(snapshot.sequence());
        for (int ordinal = 0; ordinal < size; ordinal++) {
            if (visible.accepts(ordinal)) {
                lifecycle.requireOpen();
                visitor.visit(part, ordinal, rows.id(ordinal), rows.vector(ordinal), rows.fieldsOf(ordinal));
            }
        }
    }

    private void fromStore(Snapshot snapshot, Snapshot.Part part, int number, Visitor visitor) {
        var visible = part.segment().visibleAt(snapshot.sequence());
        List<Integer> ordinals = new ArrayList<>(READ_AHEAD);
        for (int ordinal = 0; ordinal < part.size(); ordinal++) {
            if (visible.accepts(ordinal)) {
                ordinals.add(ordinal);
            }
            if (ordinals.size() == READ_AHEAD || ordinal == part.size() - 1) {
                lifecycle.requireOpen();
                read(snapshot, part, number, ordinals, visitor);
                ordinals.clear();
            }
        }
    }

    private void read(Snapshot snapshot, Snapshot.Part part, int number, List<Integer> ordinals, Visitor visitor) {
        List<PointId> ids = ordinals.stream().map(part.segment()::id).toList();
        List<float @Nullable []> vectors = snapshot.view().vectors(ids);
        List<@Nullable PointRow> rows =
                schema.size() == 0 ? List.of() : snapshot.view().rows(ids);
        for (int i = 0; i < ids.size(); i++) {
            float[] vector = vectors.get(i);
            if (vector == null) {
                throw new IllegalStateException("the store has no vector of " + ids.get(i) + ", a segment does");
            }
            visitor.visit(
                    number, ordinals.get(i), ids.get(i), Similarity.prepare(config.metric(), vector), fields(rows, i));
        }
    }

    private @Nullable Object[] fields(List<@Nullable PointRow> rows, int i) {
        PointRow row = schema.size() == 0 ? null : rows.get(i);
        return schema.extract(row == null ? Payload.EMPTY : PayloadCodec.decode(row.payload()));
    }
}
