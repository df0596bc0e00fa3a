package io.vecino.model;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a collection is created with.
 *
 * @param dimension of the vectors the user sends, 1 to 8,192
 * @param pipeline how they are compressed; must not ask for more dimensions than there are
 * @param payloadIndexes fields of the payload that filters find fast, by path
 */
public record CollectionConfig(
        int dimension,
        Metric metric,
        Pipeline pipeline,
        IndexSpec index,
        Durability durability,
        Map<String, FieldType> payloadIndexes) {
    /** Largest dimension accepted. */
    public static final int MAX_DIMENSION = 8192;

    private static final int MAX_INDEXES = 64;
    private static final int MAX_FIELD_CHARS = 255;

    public CollectionConfig {
        payloadIndexes = Collections.unmodifiableMap(new TreeMap<>(payloadIndexes));
        if (payloadIndexes.size() > MAX_INDEXES) {
            throw new EngineException.InvalidArgument(
                    "payload_indexes", "at most " + MAX_INDEXES, String.valueOf(payloadIndexes.size()));
        }
        for (String field : payloadIndexes.keySet()) {
            if (field.isEmpty() || field.length() > MAX_FIELD_CHARS) {
                throw new EngineException.InvalidArgument(
                        "payload_indexes", "names of 1 to " + MAX_FIELD_CHARS + " characters", field);
            }
        }
        if (dimension < 1 || dimension > MAX_DIMENSION) {
            throw new EngineException.InvalidArgument("dimension", "1 to " + MAX_DIMENSION, String.valueOf(dimension));
        }
        pipeline.outputDimension(dimension);
        index.requireFits(pipeline);
    }

    /** Without payload indexes. */
    public CollectionConfig(int dimension, Metric metric, Pipeline pipeline, IndexSpec index, Durability durability) {
        this(dimension, metric, pipeline, index, durability, Map.of());
    }

    /** The same with other payload indexes. */
    public CollectionConfig withPayloadIndexes(Map<String, FieldType> indexes) {
        return new CollectionConfig(dimension, metric, pipeline, index, durability, indexes);
    }

    /** A graph, synced: the defaults ({@link Encoding#of}). */
    public static CollectionConfig recommended(int dimension, Metric metric) {
        Encoding encoding = Encoding.of(dimension, Optional.empty(), Optional.empty());
        return of(dimension, metric).with(encoding);
    }

    /** Uncompressed, every vector scanned, synced: exact answers, for some ten thousand points or to compare with. */
    public static CollectionConfig of(int dimension, Metric metric) {
        return new CollectionConfig(dimension, metric, Pipeline.NONE, new IndexSpec.Flat(), Durability.FSYNC);
    }

    /** How vectors are kept and found. */
    public Encoding encoding() {
        return new Encoding(pipeline, index);
    }

    /** The same with another pipeline and index. */
    public CollectionConfig with(Encoding encoding) {
        return with(encoding.pipeline(), encoding.index());
    }

    /** The same with another pipeline and index. */
    public CollectionConfig with(Pipeline otherPipeline, IndexSpec otherIndex) {
        return new CollectionConfig(dimension, metric, otherPipeline, otherIndex, durability, payloadIndexes);
    }

    /** The same with another pipeline. */
    public CollectionConfig with(Pipeline other) {
        return new CollectionConfig(dimension, metric, other, index, durability, payloadIndexes);
    }
}
