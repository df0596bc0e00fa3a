package io.vecino.model;

/**
 * What a collection is created with.
 *
 * @param dimension of the vectors the user sends, 1 to 8,192
 * @param pipeline how they are compressed; must not ask for more dimensions than there are
 */
public record CollectionConfig(
        int dimension, Metric metric, Pipeline pipeline, IndexSpec index, Durability durability) {
    /** Largest dimension accepted. */
    public static final int MAX_DIMENSION = 8192;

    public CollectionConfig {
        if (dimension < 1 || dimension > MAX_DIMENSION) {
            throw new EngineException.InvalidArgument("dimension", "1 to " + MAX_DIMENSION, String.valueOf(dimension));
        }
        pipeline.outputDimension(dimension);
        index.requireFits(pipeline);
    }

    /** Uncompressed, flat, synced: the defaults. */
    public static CollectionConfig of(int dimension, Metric metric) {
        return new CollectionConfig(dimension, metric, Pipeline.NONE, new IndexSpec.Flat(), Durability.FSYNC);
    }

    /** The same with another pipeline. */
    public CollectionConfig with(Pipeline other) {
        return new CollectionConfig(dimension, metric, other, index, durability);
    }
}
