package io.vecino.bench.peers;

import io.github.jbellis.jvector.disk.ReaderSupplier;
import io.github.jbellis.jvector.disk.ReaderSupplierFactory;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndexWriter;
import io.github.jbellis.jvector.graph.disk.feature.Feature;
import io.github.jbellis.jvector.graph.disk.feature.FeatureId;
import io.github.jbellis.jvector.graph.disk.feature.FusedPQ;
import io.github.jbellis.jvector.graph.disk.feature.InlineVectors;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.graph.similarity.SearchScoreProvider;
import io.github.jbellis.jvector.quantization.PQVectors;
import io.github.jbellis.jvector.quantization.ProductQuantization;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import io.vecino.model.Metric;
import io.vecino.transform.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** JVector with the settings of its own benchmarks; its efSearch is the number of candidates before scoring again. */
final class JVectorContender implements Contender {
    private static final VectorTypeSupport VECTORS =
            VectorizationProvider.getInstance().getVectorTypeSupport();
    private static final int MAX_DEGREE = 32;
    private static final int BEAM_WIDTH = 100;
    private static final float OVERFLOW = 1.2f;
    private static final float ALPHA = 1.2f;
    private static final int DIMENSIONS_PER_CODE = 4;
    private static final int CENTROIDS = 256;

    private final ListRandomAccessVectorValues vectors;
    private final VectorSimilarityFunction similarity;
    private final ImmutableGraphIndex graph;
    private final @Nullable PQVectors codes;
    private final @Nullable ReaderSupplier file;
    private final double bytesPerVector;
    private final Queue<GraphSearcher> idle = new ConcurrentLinkedQueue<>();

    private JVectorContender(
            ListRandomAccessVectorValues vectors,
            VectorSimilarityFunction similarity,
            ImmutableGraphIndex graph,
            @Nullable PQVectors codes,
            @Nullable ReaderSupplier file,
            long bytes) {
        this.vectors = vectors;
        this.similarity = similarity;
        this.graph = graph;
        this.codes = codes;
        this.file = file;
        this.bytesPerVector = (double) bytes / vectors.size();
    }

    static JVectorContender build(JVectorCodes kind, Contest contest) throws IOException {
        Rows base = contest.base();
        List<VectorFloat<?>> copies = new ArrayList<>(base.count());
        for (int i = 0; i < base.count(); i++) {
            copies.add(VECTORS.createFloatVector(base.copyOf(i)));
        }
        ListRandomAccessVectorValues vectors = new ListRandomAccessVectorValues(copies, base.dimension());
        VectorSimilarityFunction similarity = contest.metric() == Metric.L2
                ? VectorSimilarityFunction.EUCLIDEAN
                : VectorSimilarityFunction.DOT_PRODUCT;
        long floats = (long) base.count() * base.dimension() * Float.BYTES;
        try (ForkJoinPool workers = new ForkJoinPool(contest.threads())) {
            ImmutableGraphIndex graph = graph(vectors, similarity, workers);
            if (kind == JVectorCodes.FLOAT) {
                return new JVectorContender(vectors, similarity, graph, null, null, graph.ramBytesUsed() + floats);
            }
            ProductQuantization quantization = ProductQuantization.compute(
                    vectors,
                    Math.ceilDiv(base.dimension(), DIMENSIONS_PER_CODE),
                    CENTROIDS,
                    contest.metric() == Metric.L2,
                    -1,
                    workers,
                    workers);
            PQVectors codes = quantization.encodeAll(vectors, workers);
            if (kind == JVectorCodes.PQ) {
                long bytes = graph.ramBytesUsed() + floats + codes.ramBytesUsed();
                return new JVectorContender(vectors, similarity, graph, codes, null, bytes);
            }
            Path path = contest.directory().resolve("jvector");
            write(graph, vectors, quantization, codes, path);
            ReaderSupplier file = ReaderSupplierFactory.open(path);
            return new JVectorContender(vectors, similarity, OnDiskGraphIndex.load(file), null, file, Files.size(path));
        }
    }

    private static ImmutableGraphIndex graph(
            ListRandomAccessVectorValues vectors, VectorSimilarityFunction similarity, ForkJoinPool workers)
            throws IOException {
        BuildScoreProvider scores = BuildScoreProvider.randomAccessScoreProvider(vectors, similarity);
        try (GraphIndexBuilder builder = GraphIndexBuilder.builder(scores, vectors.dimension(), MAX_DEGREE)
                .withBeamWidth(BEAM_WIDTH)
                .withNeighborOverflow(OVERFLOW)
                .withAlpha(ALPHA)
                .withSimdExecutor(workers)
                .withParallelExecutor(workers)
                .build()) {
            return builder.build(vectors);
        }
    }

    private static void write(
            ImmutableGraphIndex graph,
            ListRandomAccessVectorValues vectors,
            ProductQuantization quantization,
            PQVectors codes,
            Path path)
            throws IOException {
        try (ImmutableGraphIndex.View view = graph.getView();
                OnDiskGraphIndexWriter writer = new OnDiskGraphIndexWriter.Builder(graph, path)
                        .with(new InlineVectors(vectors.dimension()))
                        .with(new FusedPQ(graph.maxDegree(), quantization))
                        .build()) {
            Map<FeatureId, IntFunction<Feature.State>> parts = new EnumMap<>(FeatureId.class);
            parts.put(FeatureId.INLINE_VECTORS, i -> new InlineVectors.State(vectors.getVector(i)));
            parts.put(FeatureId.FUSED_PQ, i -> new FusedPQ.State(view, codes, i));
            writer.write(parts);
        }
    }

    @Override
    public int[] search(float[] query, int k, int effort) throws IOException {
        GraphSearcher borrowed = idle.poll();
        GraphSearcher searcher = borrowed == null ? new GraphSearcher(graph) : borrowed;
        VectorFloat<?> vector = VECTORS.createFloatVector(query);
        SearchResult found = searcher.search(scores(vector, searcher), k, effort, 0, 0, Bits.ALL);
        idle.add(searcher);
        SearchResult.NodeScore[] nodes = found.getNodes();
        int[] rows = new int[nodes.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = nodes[i].node;
        }
        return rows;
    }

    private SearchScoreProvider scores(VectorFloat<?> query, GraphSearcher searcher) {
        if (searcher.getView() instanceof ImmutableGraphIndex.ScoringView view) {
            return new DefaultSearchScoreProvider(
                    view.approximateScoreFunctionFor(query, similarity), view.rerankerFor(query, similarity));
        }
        if (codes == null) {
            return DefaultSearchScoreProvider.exact(query, similarity, vectors);
        }
        return new DefaultSearchScoreProvider(
                codes.precomputedScoreFunctionFor(query, similarity), vectors.rerankerFor(query, similarity));
    }

    @Override
    public double bytesPerVector() {
        return bytesPerVector;
    }

    @Override
    public void close() throws IOException {
        for (GraphSearcher searcher = idle.poll(); searcher != null; searcher = idle.poll()) {
            searcher.close();
        }
        graph.close();
        if (file != null) {
            file.close();
        }
    }
}
