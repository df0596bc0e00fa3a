package io.vecino.measure;

import io.vecino.collection.Found;
import io.vecino.collection.Measured;
import io.vecino.model.EngineException;
import io.vecino.model.Filter;
import io.vecino.model.PointId;
import io.vecino.model.ProgressListener;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.selection.TopK;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.ExactNeighbours;
import io.vecino.transform.Identity;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import io.vecino.transform.Transform;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One pass over all points of a collection, block by block: exact neighbours of the queries, those that meet a filter, and the
 * neighbours in the reduced space.
 */
final class ExactPass implements AutoCloseable {
    private static final int BLOCK = 8192;

    private final int dimension;
    private final Similarity similarity;
    private final Rows queries;
    private final int depth;
    private final BestFound exact;
    private final BestFound filtered;
    private final BestFound plain;
    private final Map<TrainedPipeline, BestFound> reduced = new HashMap<>();
    private final List<Block> blocks = new ArrayList<>();
    private final NativeMemory memory;

    /** @param depth neighbours kept per query, one more than wanted where a query is a stored point */
    private ExactPass(int dimension, Similarity similarity, Rows queries, int depth, NativeMemory memory) {
        this.dimension = dimension;
        this.similarity = similarity;
        this.queries = queries;
        this.depth = depth;
        this.memory = memory;
        this.exact = new BestFound(queries.count(), depth);
        this.filtered = new BestFound(queries.count(), depth);
        this.plain = new BestFound(queries.count(), depth);
    }

    /** Rows of one kind that wait for being searched. */
    private final class Block implements AutoCloseable {
        private final NativeMemory.Block block =
                memory.allocate((long) BLOCK * dimension * Float.BYTES, "block of vectors to be measured");
        private final List<PointId> ids = new ArrayList<>();
        private final Target target;

        Block(Target target) {
            this.target = target;
            blocks.add(this);
        }

        void add(PointId id, float[] vector) {
            MemorySegment.copy(
                    vector,
                    0,
                    block.segment(),
                    ValueLayout.JAVA_FLOAT,
                    (long) ids.size() * dimension * Float.BYTES,
                    dimension);
            ids.add(id);
            if (ids.size() == BLOCK) {
                flush();
            }
        }

        void flush() {
            if (!ids.isEmpty()) {
                target.search(new Rows(block.segment(), ids.size(), dimension), List.copyOf(ids));
                ids.clear();
            }
        }

        @Override
        public void close() {
            block.close();
        }
    }

    @FunctionalInterface
    private interface Target {
        void search(Rows rows, List<PointId> ids);
    }

    /**
     * Scans the collection.
     *
     * @param queries as they are compared
     * @throws EngineException.ResourceExhausted if the budget has no room for a few blocks of vectors
     */
    static ExactPass over(
            Measured collection,
            Rows queries,
            int depth,
            Optional<Filter> filter,
            NativeMemory memory,
            ProgressListener listener) {
        Similarity similarity = Similarity.of(collection.config().metric());
        try (ExactPass pass = new ExactPass(collection.config().dimension(), similarity, queries, depth, memory)) {
            pass.run(collection, filter, listener);
            return pass;
        }
    }

    private void run(Measured collection, Optional<Filter> filter, ProgressListener listener) {
        Block all = new Block((rows, ids) -> exact.add(nearest(rows), ids));
        Optional<Block> matching = filter.map(_ -> new Block((rows, ids) -> filtered.add(nearest(rows), ids)));
        boolean mixed = collection.mixed();
        Optional<Block> uncoded =
                mixed ? Optional.of(new Block((rows, ids) -> plain.add(nearest(rows), ids))) : Optional.empty();
        Map<TrainedPipeline, Block> coded = new HashMap<>();
        long[] seen = {0};
        collection.forEach(filter, (id, vector, pipeline, matches) -> {
            all.add(id, vector);
            if (matches) {
                matching.ifPresent(block -> block.add(id, vector));
            }
            if (reduces(pipeline)) {
                coded.computeIfAbsent(pipeline, this::reducing).add(id, vector);
            } else {
                uncoded.ifPresent(block -> block.add(id, vector));
            }
            if (++seen[0] % BLOCK == 0) {
                listener.at("exact neighbours", (double) seen[0] / Math.max(1, collection.points()));
            }
            return true;
        });
        blocks.forEach(Block::flush);
    }

    private static boolean reduces(@Nullable TrainedPipeline pipeline) {
        return pipeline != null && !(pipeline.transform() instanceof Identity);
    }

    private List<TopK.Hits> nearest(Rows rows) {
        return ExactNeighbours.of(rows, MemorySegment.NULL, queries, similarity, depth);
    }

    private Block reducing(TrainedPipeline pipeline) {
        BestFound best = new BestFound(queries.count(), depth);
        reduced.put(pipeline, best);
        return new Block(
                (rows, ids) -> best.add(reducedNeighbours(pipeline.transform(), rows, queries, depth, memory), ids));
    }

    /** The best rows of each query by the images that a transform makes of both. */
    static List<TopK.Hits> reducedNeighbours(
            Transform transform, Rows rows, Rows queries, int count, NativeMemory memory) {
        int m = transform.outputDimension();
        long values = (long) (queries.count() + rows.count()) * m + rows.count();
        // All processors read it, so it is not scratch.
        try (NativeMemory.Block block = memory.allocate(values * Float.BYTES, "reduced vectors to be measured")) {
            Rows images = new Rows(block.segment(), queries.count(), m);
            for (int q = 0; q < queries.count(); q++) {
                transform.query(queries.row(q), images.row(q));
            }
            MemorySegment rest = block.segment().asSlice((long) queries.count() * m * Float.BYTES);
            Rows points = new Rows(rest, rows.count(), m);
            MemorySegment biases = transform.biased()
                    ? rest.asSlice((long) rows.count() * m * Float.BYTES, (long) rows.count() * Float.BYTES)
                    : MemorySegment.NULL;
            transform.points(rows.segment(), rows.count(), points.segment(), biases);
            return ExactNeighbours.of(points, biases, images, transform.similarity(), count);
        }
    }

    /** The exact neighbours of a query. */
    List<Found> exact(int query) {
        return exact.of(query);
    }

    /** Those that meet the filter. */
    List<Found> filtered(int query) {
        return filtered.of(query);
    }

    /** The neighbours by reduced vectors, with reduced scores; empty if nothing is reduced. */
    List<Found> reduced(int query) {
        List<Found> all = new ArrayList<>();
        reduced.values().forEach(best -> all.addAll(best.of(query)));
        return BestFound.sorted(all);
    }

    /** Whether anything is reduced. */
    boolean reduces() {
        return !reduced.isEmpty();
    }

    /** The exact neighbours among points that are not reduced, where there are both kinds. */
    List<Found> plain(int query) {
        return plain.of(query);
    }

    @Override
    public void close() {
        blocks.forEach(Block::close);
        blocks.clear();
    }
}
