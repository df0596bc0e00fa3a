package io.vecino.index.graph;

import io.vecino.index.OrdinalBits;
import io.vecino.index.OrdinalFilter;
import io.vecino.index.PlainSpace;
import io.vecino.index.VectorIndex;
import io.vecino.kernels.Graph;
import io.vecino.kernels.GraphFilter;
import io.vecino.kernels.GraphKernels;
import io.vecino.kernels.GraphLayout;
import io.vecino.kernels.GraphScratch;
import io.vecino.kernels.GraphSearch;
import io.vecino.model.SearchDeadline;
import io.vecino.model.SearchParams;
import io.vecino.selection.TopK;
import io.vecino.storage.CheckedFile;
import io.vecino.storage.CheckedFileWriter;
import io.vecino.storage.DamagedFileException;
import io.vecino.storage.Scratch;
import io.vecino.transform.Similarity;
import io.vecino.transform.Transform;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Searches a graph from its entry; scans where few points are accepted, so that never fewer than k are found. */
public final class GraphIndex implements VectorIndex {
    static final int DEFAULT_EFFORT = 64;
    private static final int FLIGHTS = 3;
    private static final int LEAN_FLIGHTS = 2;
    // Results over codes that refine codes score again, beside k: more find no more (docs/graph.md).
    private static final int LEAST_REFINED = 5;
    // How many codes or rows are scanned in the time of one visit (docs/graph.md).
    private static final int LEAN_SCANNED = 17;
    private static final int FAST_SCANNED = 13;
    // With more effort results farther than the last one wanted are covered too.
    private static final int EFFORT_PER_COVERED = 16;
    // Codes of few dimensions tell less: with more effort more results are scored again.
    private static final int EFFORT_PER_REFINED = 8;
    private static final int SPARE = 16;
    private static final TopK.Hits NONE = new TopK.Hits(new float[0], new int[0]);

    private final PlainSpace space;
    private final GraphMemory layout;
    private final MemorySegment bytes;
    private final AutoCloseable owner;
    private final Arena arena = Arena.ofShared();
    private final Graph graph;
    private final GraphKernels kernels = GraphKernels.best();
    private final ConcurrentLinkedQueue<GraphScratch> idle = new ConcurrentLinkedQueue<>();

    /** @param owner of the bytes, closed with the index */
    GraphIndex(PlainSpace space, GraphMemory layout, MemorySegment bytes, AutoCloseable owner) {
        this.space = space;
        this.layout = layout;
        this.bytes = bytes;
        this.owner = owner;
        this.graph = layout.graph(bytes, space.similarity() == Similarity.DOT, arena);
    }

    /**
     * Opens what {@link #save} wrote.
     *
     * @param file owned by the index from here on, or closed if this fails
     * @throws DamagedFileException if it is no graph over images of this transform
     */
    public static GraphIndex open(Transform transform, CheckedFile file) throws DamagedFileException {
        return open(transform, file.body(), file);
    }

    /**
     * The same of a part of a file.
     *
     * @param owner closed with the index, or if this fails
     */
    static GraphIndex open(Transform transform, MemorySegment bytes, CheckedFile owner) throws DamagedFileException {
        PlainSpace space = new PlainSpace(transform);
        try {
            GraphMemory layout = GraphMemory.read(bytes);
            // One more where lengths differ under inner product.
            if (layout.queryDimension() != space.dimension() && layout.queryDimension() != space.dimension() + 1) {
                throw new IllegalArgumentException(
                        "graph, elements: expected " + space.dimension() + ", got " + layout.queryDimension());
            }
            if (layout.refinedDimension() != 0 && layout.refinedDimension() != transform.inputDimension()) {
                throw new IllegalArgumentException("graph, elements of a refine code: expected "
                        + transform.inputDimension() + ", got " + layout.refinedDimension());
            }
            GraphIndex index = new GraphIndex(space, layout, bytes, owner);
            index.graph.verify();
            return index;
        } catch (IllegalArgumentException e) {
            owner.close();
            throw new DamagedFileException(owner.path() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public int size() {
        return layout.count();
    }

    @Override
    public long bytes() {
        return bytes.byteSize();
    }

    @Override
    public long residentBytes() {
        return layout.residentBytes();
    }

    @Override
    public TopK.Hits search(float[] query, int k, OrdinalFilter filter, SearchParams params) {
        if (k < 1) {
            return NONE;
        }
        GraphScratch scratch = borrowed();
        try {
            float[] image = image(query);
            int effort = params.efSearch().orElse(DEFAULT_EFFORT);
            if (filter.equals(OrdinalFilter.ALL)) {
                return among(query, image, k, effort, scratch);
            }
            // Most filters that are not listed leave out a few deleted points. Asking for some more is sooner done than
            // asking about all.
            if (!filter.listed()) {
                TopK.Hits some = among(query, image, 2 * Math.min(k, size()) + SPARE, effort, scratch);
                TopK.Hits accepted = kept(some, filter, k);
                if (accepted.ordinals().length == k) {
                    return accepted;
                }
            }
            try (Scratch memory = new Scratch()) {
                return accepted(query, image, k, effort, filter.bits(size(), memory), scratch);
            }
        } finally {
            idle.add(scratch);
        }
    }

    @Override
    public TopK.Hits scan(float[] query, int k, OrdinalFilter filter) {
        GraphScratch scratch = borrowed();
        try (Scratch memory = new Scratch()) {
            OrdinalBits bits = filter.bits(size(), memory);
            int wanted = Math.min(k, bits.all() ? size() : bits.accepted());
            if (wanted < 1) {
                return NONE;
            }
            GraphFilter accepted = bits.all() ? GraphFilter.NONE : new GraphFilter(bits.words(), 1, Integer.MAX_VALUE);
            GraphSearch search = request(wanted, Math.max(wanted, DEFAULT_EFFORT), accepted);
            completed(kernels.scan(search, image(query), query, scratch));
            return results(scratch);
        } finally {
            idle.add(scratch);
        }
    }

    /** Of all. */
    private TopK.Hits among(float[] query, float[] image, int k, int effort, GraphScratch scratch) {
        int wanted = Math.min(k, size());
        GraphSearch search = request(wanted, Math.max(wanted, effort), GraphFilter.NONE);
        completed(kernels.search(search, image, query, scratch));
        if (scratch.results() < wanted) {
            completed(kernels.scan(search, image, query, scratch));
        }
        return results(scratch);
    }

    /** Of those that are accepted. */
    private TopK.Hits accepted(
            float[] query, float[] image, int k, int effort, OrdinalBits bits, GraphScratch scratch) {
        if (bits.all()) {
            return among(query, image, k, effort, scratch);
        }
        int wanted = Math.min(k, bits.accepted());
        if (wanted < 1) {
            return NONE;
        }
        // What a scan of the accepted costs, in visits; a search by chance needs one for each of the closest points of
        // all that the best accepted ones are among.
        int visits = Math.max(1, bits.accepted() / (lean() ? LEAN_SCANNED : FAST_SCANNED));
        long expected = (long) wanted * size() / bits.accepted();
        int reached = Math.max(wanted, effort);
        int covered = Math.min(reached, wanted + reached / EFFORT_PER_COVERED);
        GraphFilter filter = new GraphFilter(bits.words(), covered, visits);
        GraphSearch search = request(wanted, reached, filter);
        if (expected <= visits) {
            completed(kernels.search(search, image, query, scratch));
        }
        if (expected > visits || scratch.results() < wanted) {
            completed(kernels.scan(search, image, query, scratch));
        }
        return results(scratch);
    }

    private static void completed(boolean ended) {
        if (!ended) {
            throw SearchDeadline.passed();
        }
    }

    private boolean lean() {
        return layout.layout() == GraphLayout.LEAN;
    }

    private static TopK.Hits kept(TopK.Hits hits, OrdinalFilter filter, int k) {
        float[] scores = new float[Math.min(k, hits.scores().length)];
        int[] ordinals = new int[scores.length];
        int kept = 0;
        for (int i = 0; i < hits.ordinals().length && kept < scores.length; i++) {
            if (filter.accepts(hits.ordinals()[i])) {
                scores[kept] = hits.scores()[i];
                ordinals[kept++] = hits.ordinals()[i];
            }
        }
        return new TopK.Hits(Arrays.copyOf(scores, kept), Arrays.copyOf(ordinals, kept));
    }

    private GraphScratch borrowed() {
        GraphScratch scratch = idle.poll();
        return scratch == null ? new GraphScratch(graph) : scratch;
    }

    private GraphSearch request(int k, int effort, GraphFilter filter) {
        // <q, x> = (|q|² + |x|² - |q - x|²) / 2
        float half = space.similarity() == Similarity.DOT ? 0.5f : 0;
        float distanceFactor = space.similarity() == Similarity.DOT ? -0.5f : -1;
        int more = Math.max(LEAST_REFINED, Math.max(k / 2, effort / EFFORT_PER_REFINED));
        int kept = Math.min(effort, k + more);
        int flights = lean() ? LEAN_FLIGHTS : FLIGHTS;
        return new GraphSearch(
                k,
                kept,
                effort,
                flights,
                half,
                half,
                distanceFactor,
                filter,
                MemorySegment.NULL,
                SearchDeadline.remaining());
    }

    private float[] image(float[] query) {
        float[] image = space.image(query);
        return image.length == layout.queryDimension() ? image : Arrays.copyOf(image, layout.queryDimension());
    }

    private static TopK.Hits results(GraphScratch scratch) {
        float[] scores = new float[scratch.results()];
        int[] ordinals = new int[scores.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = scratch.score(i);
            ordinals[i] = scratch.ordinal(i);
        }
        return new TopK.Hits(scores, ordinals);
    }

    @Override
    public void save(CheckedFileWriter file) {
        file.write(bytes);
    }

    @Override
    public void close() {
        for (GraphScratch scratch = idle.poll(); scratch != null; scratch = idle.poll()) {
            scratch.close();
        }
        if (!arena.scope().isAlive()) {
            return;
        }
        arena.close();
        try {
            owner.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot free a graph", e);
        }
    }
}
