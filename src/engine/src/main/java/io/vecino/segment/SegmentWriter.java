package io.vecino.segment;

import io.vecino.index.VectorIndex;
import io.vecino.index.VectorIndexBuilder;
import io.vecino.model.EngineException;
import io.vecino.model.IndexSpec;
import io.vecino.model.PointId;
import io.vecino.payload.FieldSchema;
import io.vecino.payload.FieldsWriter;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.storage.CheckedFileWriter;
import io.vecino.storage.DamagedFileException;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Collects points one by one, hands them to an index in blocks and writes the files of the segment. For one thread. */
public final class SegmentWriter implements AutoCloseable {
    private static final int BLOCK = 1024;

    private final SegmentFolder folder;
    private final long number;
    private final Blueprint blueprint;
    private final VectorIndexBuilder builder;
    private final int dimension;
    private final IdTableWriter ids;
    private final NativeMemory.Block block;
    private final FieldsWriter fields;
    private int pending;
    private boolean finished;

    /**
     * What a segment is built with.
     *
     * @param version of the pipeline
     * @param fields of the payload to index
     * @param memory charged with what is held while building, and with an index that cannot be mapped
     */
    public record Blueprint(
            IndexSpec index, TrainedPipeline pipeline, int version, FieldSchema fields, NativeMemory memory) {
        /** Whether every point is scored, by its original. */
        boolean exact() {
            return pipeline.pipeline().lossless() && index instanceof IndexSpec.Flat;
        }

        /** Whether what is found is scored by the originals and need not be scored again. */
        boolean scoresOriginals() {
            return pipeline.pipeline().lossless() && !(index instanceof IndexSpec.Faiss);
        }
    }

    /**
     * Starts a segment.
     *
     * @param number never used before in this folder
     * @param expected about how many points will come
     */
    public SegmentWriter(SegmentFolder folder, long number, Blueprint blueprint, int dimension, int expected) {
        this.folder = folder;
        this.number = number;
        this.blueprint = blueprint;
        this.dimension = dimension;
        this.builder = IndexChoice.builder(blueprint.index, blueprint.pipeline, expected, blueprint.memory, 1);
        this.fields = new FieldsWriter(blueprint.fields);
        this.block = blueprint.memory.allocate((long) BLOCK * dimension * Float.BYTES, "rows of a segment");
        this.ids = new IdTableWriter(folder.write(number, SegmentFile.IDS), blueprint.memory);
    }

    /** Points added so far. */
    public int size() {
        return ids.size();
    }

    /**
     * Appends a point; its ordinal is the number of points before it.
     *
     * @param vector as it is compared
     * @param values of the indexed fields, as the schema extracts them
     */
    public void add(PointId id, float[] vector, @Nullable Object[] values) {
        MemorySegment.copy(
                vector,
                0,
                block.segment(),
                ValueLayout.JAVA_FLOAT,
                (long) pending * dimension * Float.BYTES,
                dimension);
        ids.add(id);
        fields.add(values);
        if (++pending == BLOCK) {
            flush();
        }
    }

    private void flush() {
        builder.add(new Rows(block.segment(), pending, dimension));
        pending = 0;
    }

    /** The segment, its files durable, holding its first reference. */
    public SealedSegment finish() {
        flush();
        ids.finish();
        VectorIndex index = builder.build();
        try {
            SealedSegment segment = stored(index);
            finished = true;
            return segment;
        } catch (DamagedFileException e) {
            index.close();
            throw new EngineException.StorageFailure("written a moment ago: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            index.close();
            throw e;
        }
    }

    private SealedSegment stored(VectorIndex index) throws DamagedFileException {
        if (blueprint.fields.size() > 0) {
            try (CheckedFileWriter file = folder.write(number, SegmentFile.FIELDS)) {
                fields.save(file);
                file.finish();
            }
        }
        try (CheckedFileWriter file = folder.write(number, SegmentFile.INDEX)) {
            index.save(file);
            file.finish();
        }
        index.close();
        return SegmentReader.open(folder, number, blueprint);
    }

    @Override
    public void close() {
        builder.close();
        ids.close();
        block.close();
        if (!finished) {
            folder.remove(number);
        }
    }
}
