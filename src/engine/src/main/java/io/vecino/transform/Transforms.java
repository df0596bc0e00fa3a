package io.vecino.transform;

import io.vecino.model.Pipeline;
import io.vecino.model.TransformSpec;
import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** From a pipeline's words to trained transforms, and to bytes and back. */
public final class Transforms {
    private static final long ROTATION_SEED = 0x9074;

    private Transforms() {}

    /**
     * Trains a pipeline's reduction; {@link Identity} if it has none.
     *
     * @param sample rows as they are compared under {@code similarity}
     */
    public static Transform train(Pipeline pipeline, Rows sample, Similarity similarity) {
        List<TransformSpec> specs = pipeline.transforms();
        return specs.isEmpty() ? new Identity(sample.dimension(), similarity) : train(specs, sample, similarity, true);
    }

    /**
     * Trains transforms whose images compare without biases, as they must when nothing but the images is kept.
     *
     * @param specs at least one
     */
    public static Transform trainUnbiased(List<TransformSpec> specs, Rows sample, Similarity similarity) {
        return train(specs, sample, similarity, false);
    }

    private static Transform train(List<TransformSpec> specs, Rows sample, Similarity similarity, boolean mayHaveBias) {
        Transform first = trainer(specs.getFirst()).train(sample, similarity);
        List<TransformSpec> rest = specs.subList(1, specs.size());
        boolean biasLasts = mayHaveBias && rest.stream().allMatch(Transforms::keepsScores);
        if (first instanceof LinearTransform map && map.biased() && !biasLasts) {
            // A bias is in the units of this map's scores, which a later step would change.
            first = map.with(ReducedScore.CENTRED_L2);
        }
        if (rest.isEmpty()) {
            return first;
        }
        try (Scratch scratch = new Scratch()) {
            MemorySegment images = scratch.floats((long) sample.count() * first.outputDimension());
            MemorySegment biases = first.biased() ? scratch.floats((long) sample.count()) : MemorySegment.NULL;
            first.points(sample.segment(), sample.count(), images, biases);
            Rows reduced = new Rows(images, sample.count(), first.outputDimension());
            List<Transform> links = new ArrayList<>(List.of(first));
            Transform next = train(rest, reduced, first.similarity(), mayHaveBias);
            links.addAll(next instanceof Chain chain ? chain.links() : List.of(next));
            return new Chain(links);
        }
    }

    private static boolean keepsScores(TransformSpec spec) {
        return spec.method() == TransformSpec.Method.ROTATE;
    }

    private static TransformTrainer trainer(TransformSpec spec) {
        return switch (spec.method()) {
            case PCA -> new PcaTrainer(spec.dims());
            case DISTILL -> new DistillTrainer(spec.dims(), spec.prefixes(), spec.budget());
            case MPAD -> new MpadTrainer(spec.dims());
            case TRUNCATE -> new TruncationTrainer(spec.dims());
            case RANDOM -> new RandomProjectionTrainer(spec.dims());
            case WHITEN -> new WhiteningTrainer(spec.dims());
            case ABTT -> new AllButTheTopTrainer(spec.dims());
            case ROTATE -> (sample, similarity) -> new RandomRotation(sample.dimension(), similarity, ROTATION_SEED);
        };
    }

    /**
     * Reads what {@link Transform#toBytes} wrote for the same pipeline.
     *
     * @throws IllegalArgumentException if the bytes are damaged
     */
    public static Transform fromBytes(Pipeline pipeline, int dimension, Similarity similarity, byte[] bytes) {
        return pipeline.transforms().isEmpty() ? new Identity(dimension, similarity) : fromBytes(bytes);
    }

    /**
     * Reads what {@link Transform#toBytes} wrote for a transform other than {@link Identity}.
     *
     * @throws IllegalArgumentException if the bytes are of no known kind or damaged
     */
    public static Transform fromBytes(byte[] bytes) {
        if (Chain.recognises(bytes)) {
            return Chain.fromBytes(bytes);
        }
        return RandomRotation.recognises(bytes) ? RandomRotation.fromBytes(bytes) : LinearTransform.fromBytes(bytes);
    }
}
