package io.vecino.collection;

import io.vecino.model.CollectionConfig;
import io.vecino.model.IndexSpec;
import io.vecino.model.MemoryUse;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
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
import java.util.Objects;
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
        if (pipelines.current() == null) {
            pipelines.publish(train(snapshot, parts, pipelines.encoding().pipeline()));
        }
        work.total(points(parts));
        return build(snapshot, parts, sealedUpTo, work, blueprint(), (_, _) -> false);
    }

    /** Some rows of a segment. */
    @FunctionalInterface
    interface RowChoice {
        boolean test(Segment segment, int ordinal);
    }

    /** The same with a pipeline and an index of the caller's, and without some rows. */
    Built build(
            Snapshot snapshot,
            List<Snapshot.Part> parts,
            long sealedUpTo,
            Work work,
            SegmentWriter.Blueprint blueprint,
            RowChoice without) {
        List<Segment> segments = parts.stream().map(Snapshot.Part::segment).toList();
        Replacement replacement = new Replacement(segments, sealedUpTo);
        try (SegmentWriter writer =
                new SegmentWriter(folder, manifests.number(), blueprint, config.dimension(), points(parts))) {
            forEach(snapshot, parts, without, (part, ordinal, id, vector, fields) -> {
                replacement.add(part, ordinal);
                writer.add(id, vector, fields);
                work.advance(replacement.rows());
            });
            return new Built(replacement, replacement.rows() == 0 ? null : writer.finish());
        }
    }

    private static int points(List<Snapshot.Part> parts) {
        return parts.stream()
                .mapToInt(part -> part.size() - part.segment().deletions())
                .sum();
    }

    private SegmentWriter.Blueprint blueprint() {
        TrainedPipeline pipeline = Objects.requireNonNull(pipelines.current());
        return blueprint(
                pipeline, pipelines.currentVersion(), pipelines.encoding().index());
    }

    /** What segments are built with. */
    SegmentWriter.Blueprint blueprint(TrainedPipeline pipeline, int version, IndexSpec index) {
        return new SegmentWriter.Blueprint(index, pipeline, version, schema, memory);
    }

    /**
     * Trains a pipeline on a sample of what the snapshot sees of the parts.
     *
     * @throws io.vecino.model.EngineException.InvalidArgument if there are too few points
     */
    TrainedPipeline train(Snapshot snapshot, List<Snapshot.Part> parts, Pipeline pipeline) {
        if (!pipeline.learns()) {
            return TrainedPipeline.untrained(pipeline, config.dimension(), similarity);
        }
        // What the snapshot sees, however many of them have been replaced since.
        int expected = (int) Math.min(
                snapshot.points(), parts.stream().mapToLong(Snapshot.Part::size).sum());
        // Training works on a copy of the sample.
        long bytes = 2 * TrainingSample.bytes(pipeline, config.dimension(), expected);
        try (NativeMemory.Charge _ = memory.charge(bytes, "training " + pipeline);
                TrainingSample sample = TrainingSample.of(pipeline, config.dimension(), expected)) {
            forEach(snapshot, parts, (_, _) -> false, (_, _, _, vector, _) -> sample.offer(vector));
            return TrainedPipeline.train(pipeline, sample.rows(), similarity);
        }
    }

    private void forEach(Snapshot snapshot, List<Snapshot.Part> parts, RowChoice without, Visitor visitor) {
        for (int i = 0; i < parts.size(); i++) {
            Snapshot.Part part = parts.get(i);
            if (part.segment() instanceof MutableSegment rows) {
                fromMemory(snapshot, rows, part.size(), i, without, visitor);
            } else {
                fromStore(snapshot, part, i, without, visitor);
            }
        }
    }

    private void fromMemory(
            Snapshot snapshot, MutableSegment rows, int size, int part, RowChoice without, Visitor visitor) {
        var visible = rows.visibleAt(snapshot.sequence());
        for (int ordinal = 0; ordinal < size; ordinal++) {
            if (visible.accepts(ordinal) && !without.test(rows, ordinal)) {
                lifecycle.requireOpen();
                visitor.visit(part, ordinal, rows.id(ordinal), rows.vector(ordinal), rows.fieldsOf(ordinal));
            }
        }
    }

    private void fromStore(Snapshot snapshot, Snapshot.Part part, int number, RowChoice without, Visitor visitor) {
        var visible = part.segment().visibleAt(snapshot.sequence());
        List<Integer> ordinals = new ArrayList<>(READ_AHEAD);
        for (int ordinal = 0; ordinal < part.size(); ordinal++) {
            if (visible.accepts(ordinal) && !without.test(part.segment(), ordinal)) {
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
