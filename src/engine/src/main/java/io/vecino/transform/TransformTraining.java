package io.vecino.transform;

import io.vecino.model.EngineException;
import io.vecino.model.ProgressListener;
import io.vecino.model.TransformSpec;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the training of transforms is given besides the points.
 *
 * @param queries a sample of queries as they are compared, for the methods that learn from some
 * @param listener told how far it is
 * @param quantizer of the images of the last transform, for the methods that can learn to suit one
 */
public record TransformTraining(Optional<Rows> queries, ProgressListener listener, Optional<FakeQuantizer> quantizer) {
    /** No queries, and nobody told. */
    public static final TransformTraining PLAIN = new TransformTraining(Optional.empty(), ProgressListener.NONE);

    private static final long ROTATION_SEED = 0x9074;

    /** For images that are kept as they are. */
    public TransformTraining(Optional<Rows> queries, ProgressListener listener) {
        this(queries, listener, Optional.empty());
    }

    /** The same with a quantizer behind the last transform. */
    public TransformTraining behind(FakeQuantizer next) {
        return new TransformTraining(queries, listener, Optional.of(next));
    }

    /**
     * Trains transforms one after the other.
     *
     * @param specs at least one
     * @param sample rows as they are compared under {@code similarity}
     */
    public Transform train(List<TransformSpec> specs, Rows sample, Similarity similarity) {
        return train(specs, sample, queries, similarity, true);
    }

    /** The same so that images compare without biases, as they must when nothing but the images is kept. */
    public Transform trainUnbiased(List<TransformSpec> specs, Rows sample, Similarity similarity) {
        return train(specs, sample, queries, similarity, false);
    }

    /**
     * The same for more rows than fit in memory: what learns from sums alone, which is PCA in the first place, sees all of
     * them, the rest the sample.
     *
     * @param sample some of the rows
     */
    public Transform trainUnbiased(List<TransformSpec> specs, RowStream all, Rows sample, Similarity similarity) {
        TransformSpec spec = specs.getFirst();
        quantizer.ifPresent(_ -> requireTrainableThrough(specs));
        if (spec.method() != TransformSpec.Method.PCA) {
            return trainUnbiased(specs, sample, similarity);
        }
        LinearTransform first = new PcaTrainer(spec.dims()).train(all, sample, similarity);
        return rest(first, specs, sample, queries, false);
    }

    private Transform train(
            List<TransformSpec> specs, Rows sample, Optional<Rows> asked, Similarity similarity, boolean mayHaveBias) {
        quantizer.ifPresent(_ -> requireTrainableThrough(specs));
        return rest(
                trainer(specs.getFirst(), asked, specs.size() == 1).train(sample, similarity),
                specs,
                sample,
                asked,
                mayHaveBias);
    }

    private static void requireTrainableThrough(List<TransformSpec> specs) {
        TransformSpec last = specs.getLast();
        if (last.method() != TransformSpec.Method.DISTILL || !last.prefixes().isEmpty()) {
            throw new EngineException.InvalidArgument(
                    "through", "distill of one size as the last transform", last.toString());
        }
    }

    private Transform rest(
            Transform trained, List<TransformSpec> specs, Rows sample, Optional<Rows> asked, boolean mayHaveBias) {
        Transform first = trained;
        List<TransformSpec> rest = specs.subList(1, specs.size());
        boolean biasLasts = mayHaveBias && rest.stream().allMatch(TransformTraining::keepsScores);
        if (first instanceof LinearTransform map && map.biased() && !biasLasts) {
            // A bias is in the units of this map's scores, which a later step would change.
            first = map.with(ReducedScore.CENTRED_L2);
        }
        if (rest.isEmpty()) {
            return first;
        }
        try (Matrices scratch = new Matrices()) {
            int m = first.outputDimension();
            MemorySegment images = scratch.floats((long) sample.count() * m);
            MemorySegment biases = first.biased() ? scratch.floats(sample.count()) : MemorySegment.NULL;
            first.points(sample.segment(), sample.count(), images, biases);
            Rows reduced = new Rows(images, sample.count(), m);
            Transform done = first;
            Optional<Rows> askedNext = asked.map(rows -> imagesOfQueries(done, rows, scratch));
            List<Transform> links = new ArrayList<>(linksOf(first));
            Transform next = train(rest, reduced, askedNext, first.similarity(), mayHaveBias);
            links.addAll(linksOf(next));
            return new Chain(links);
        }
    }

    private static List<Transform> linksOf(Transform transform) {
        return transform instanceof Chain chain ? chain.links() : List.of(transform);
    }

    private static Rows imagesOfQueries(Transform transform, Rows queries, Matrices scratch) {
        int m = transform.outputDimension();
        Rows images = new Rows(scratch.floats((long) queries.count() * m), queries.count(), m);
        for (int i = 0; i < queries.count(); i++) {
            transform.query(queries.row(i), images.row(i));
        }
        return images;
    }

    private static boolean keepsScores(TransformSpec spec) {
        return spec.method() == TransformSpec.Method.ROTATE;
    }

    private TransformTrainer trainer(TransformSpec spec, Optional<Rows> asked, boolean last) {
        return switch (spec.method()) {
            case PCA -> new PcaTrainer(spec.dims());
            case DISTILL ->
                new DistillTrainer(
                        spec.dims(), spec.prefixes(), spec.budget(), last ? quantizer : Optional.empty(), listener);
            case TLDR -> new TldrTrainer(spec.dims(), spec.budget(), listener);
            case KPCA -> new KernelPcaTrainer(spec.dims());
            case AUTOENCODER -> new AutoencoderTrainer(spec.dims(), spec.budget(), listener);
            case LEANVEC -> new QueryAwareTrainer(spec.dims(), spec.budget(), asked, listener);
            case MPAD -> new MpadTrainer(spec.dims());
            case MARGIN -> new MarginTrainer(spec.dims());
            case TRUNCATE -> new TruncationTrainer(spec.dims());
            case RANDOM -> new RandomProjectionTrainer(spec.dims());
            case WHITEN -> new WhiteningTrainer(spec.dims());
            case ABTT -> new AllButTheTopTrainer(spec.dims());
            case ROTATE -> (sample, similarity) -> new RandomRotation(sample.dimension(), similarity, ROTATION_SEED);
        };
    }
}
