package io.vecino.index.flat;

import io.vecino.index.OrdinalFilter;
import io.vecino.index.VectorIndex;
import io.vecino.model.SearchParams;
import io.vecino.quantization.Quantizer;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.selection.TopK;
import io.vecino.storage.CheckedFile;
import io.vecino.storage.CheckedFileWriter;
import io.vecino.storage.DamagedFileException;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Transform;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Scores every code of a segment. With refine codes, the k best by codes are scored again by these, so a caller that
 * rescores asks for more than it needs and takes the first of them.
 */
public final class FlatIndex implements VectorIndex {
    private static final int QUERY_TILE = 64;
    private static final int LEAST_ROWS_PER_THREAD = 4096;

    private final FlatCodes codes;
    private final int threads;

    FlatIndex(FlatCodes codes, int threads) {
        this.codes = codes;
        this.threads = threads;
    }

    @Override
    public int size() {
        return codes.size();
    }

    @Override
    public long bytes() {
        return codes.bytes();
    }

    @Override
    public TopK.Hits search(float[] query, int k, OrdinalFilter filter, SearchParams params) {
        try (Scratch scratch = new Scratch()) {
            return tile(new Rows(scratch.floats(query), 1, query.length), k, filter)
                    .getFirst();
        }
    }

    @Override
    public boolean sharesWork() {
        return true;
    }

    @Override
    public List<TopK.Hits> searchBatch(Rows queries, int k, OrdinalFilter filter, SearchParams params) {
        List<TopK.Hits> found = new ArrayList<>();
        for (int first = 0; first < queries.count(); first += QUERY_TILE) {
            found.addAll(tile(queries.slice(first, Math.min(QUERY_TILE, queries.count() - first)), k, filter));
        }
        return found;
    }

    private List<TopK.Hits> tile(Rows queries, int k, OrdinalFilter filter) {
        int size = codes.size();
        int kept = Math.clamp(k, 1, Math.max(1, size));
        int parts = Math.clamp(size / LEAST_ROWS_PER_THREAD, 1, threads);
        TopK[] best = parts == 1 ? scan(queries, kept, 0, size, filter) : scanParts(queries, kept, parts, filter);
        List<TopK.Hits> found = new ArrayList<>();
        for (int q = 0; q < best.length; q++) {
            found.add(refined(queries.row(q), best[q].drain()));
        }
        return found;
    }

    private TopK[] scanParts(Rows queries, int k, int parts, OrdinalFilter filter) {
        // Native scratch belongs to one thread, so queries pass to the others by way of the heap.
        float[] flat = queries.segment().toArray(ValueLayout.JAVA_FLOAT);
        return IntStream.range(0, parts)
                .parallel()
                .mapToObj(part -> {
                    try (Scratch scratch = new Scratch()) {
                        Rows copy = new Rows(scratch.floats(flat), queries.count(), queries.dimension());
                        return scan(copy, k, bound(part, parts), bound(part + 1, parts), filter);
                    }
                })
                .reduce(FlatIndex::merge)
                .orElseThrow();
    }

    /** Where a part begins: at the start of a block of codes. */
    private int bound(int part, int parts) {
        if (part == parts) {
            return codes.size();
        }
        int block = codes.pipeline().quantizer().storage().blockCodes();
        return (int) ((long) codes.size() * part / parts) / block * block;
    }

    private TopK[] scan(Rows queries, int k, int from, int to, OrdinalFilter filter) {
        try (Scratch scratch = new Scratch()) {
            return new FlatScan(codes, queries, k, scratch).run(from, to, filter);
        }
    }

    private static TopK[] merge(TopK[] into, TopK[] from) {
        for (int q = 0; q < into.length; q++) {
            TopK.Hits hits = from[q].drain();
            for (int i = 0; i < hits.ordinals().length; i++) {
                into[q].offer(hits.scores()[i], hits.ordinals()[i]);
            }
        }
        return into;
    }

    private TopK.Hits refined(MemorySegment query, TopK.Hits hits) {
        return codes.pipeline()
                .refine()
                .filter(_ -> hits.ordinals().length > 0)
                .map(refine -> refined(refine, query, hits.ordinals()))
                .orElse(hits);
    }

    private TopK.Hits refined(Quantizer refine, MemorySegment query, int[] ordinals) {
        int stride = refine.bytesPerVector();
        TopK best = new TopK(ordinals.length);
        try (Scratch scratch = new Scratch()) {
            MemorySegment gathered = scratch.bytes((long) ordinals.length * stride);
            for (int i = 0; i < ordinals.length; i++) {
                codes.readRefineCode(refine, ordinals[i], gathered.asSlice((long) i * stride, stride));
            }
            MemorySegment scores = scratch.floats((long) ordinals.length);
            refine.scorer(query, scratch).score(gathered, ordinals.length, scores);
            for (int i = 0; i < ordinals.length; i++) {
                best.offer(scores.getAtIndex(ValueLayout.JAVA_FLOAT, i), ordinals[i]);
            }
        }
        return best.drain();
    }

    @Override
    public void save(CheckedFileWriter file) {
        FlatFile.save(codes, file);
    }

    /**
     * Maps what {@link #save} wrote.
     *
     * @param file owned by the index from here on, or closed if this fails
     * @param threads that share one search, at least 1
     * @throws DamagedFileException if it does not fit the pipeline
     */
    public static FlatIndex open(TrainedPipeline pipeline, CheckedFile file, int threads) throws DamagedFileException {
        return open(pipeline, file.body(), file.path(), file::close, threads);
    }

    /**
     * The same of a part of a file.
     *
     * @param owner run when the index is closed, or if this fails
     */
    public static FlatIndex open(TrainedPipeline pipeline, MemorySegment body, Path path, Runnable owner, int threads)
            throws DamagedFileException {
        return new FlatIndex(FlatFile.open(pipeline, body, path, owner), Math.max(1, threads));
    }

    /**
     * Scores some ordinals by their codes, and the k best of them again by refine codes, if there are any.
     *
     * @param ordinals below the size, each once
     * @return best first
     */
    public TopK.Hits score(float[] query, int[] ordinals, int k) {
        Transform transform = codes.pipeline().transform();
        Quantizer quantizer = codes.pipeline().quantizer();
        int stride = quantizer.bytesPerVector();
        TopK best = new TopK(Math.max(1, Math.min(k, ordinals.length)));
        try (Scratch scratch = new Scratch()) {
            MemorySegment vector = scratch.floats(query);
            MemorySegment image = scratch.floats((long) transform.outputDimension());
            transform.query(vector, image);
            MemorySegment gathered = scratch.bytes((long) ordinals.length * stride);
            for (int i = 0; i < ordinals.length; i++) {
                codes.readCode(ordinals[i], gathered.asSlice((long) i * stride, stride));
            }
            MemorySegment scores = scratch.floats((long) ordinals.length);
            if (ordinals.length > 0) {
                quantizer.scorer(image, scratch).score(gathered, ordinals.length, scores);
            }
            for (int i = 0; i < ordinals.length; i++) {
                float bias = transform.biased() ? codes.biases(ordinals[i], 1).get(ValueLayout.JAVA_FLOAT, 0) : 0;
                best.offer(scores.getAtIndex(ValueLayout.JAVA_FLOAT, i) + bias, ordinals[i]);
            }
            return refined(vector, best.drain());
        }
    }

    @Override
    public void close() {
        codes.owner().run();
    }
}
