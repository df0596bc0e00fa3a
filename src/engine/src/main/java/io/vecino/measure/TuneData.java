package io.vecino.measure;

import io.vecino.collection.Collection;
import io.vecino.collection.Measured;
import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.PointId;
import io.vecino.model.TuneRequest;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Vectors to try pipelines on, and queries that are not among them. All are held as they are compared.
 *
 * @param points that the rows stand for
 * @param originalMicros what it takes to read and score one original in the collection; 0 for files
 */
record TuneData(
        Rows base,
        Rows queries,
        Metric metric,
        long points,
        Optional<CollectionConfig> now,
        double originalMicros,
        List<NativeMemory.Block> blocks)
        implements AutoCloseable {
    private static final long SEED = 0x70E;
    private static final int TIMED = 400;

    /** A sample of a collection. */
    static TuneData of(Collection collection, TuneRequest request) {
        CollectionConfig config = collection.config();
        int d = config.dimension();
        int total =
                Math.toIntExact(Math.min(Integer.MAX_VALUE, collection.info().points()));
        int held = request.queries().isEmpty() ? request.heldOut() : 0;
        int room = Math.min(total, request.rows() + held);
        require(room - held);
        List<NativeMemory.Block> blocks = new ArrayList<>();
        try (Measured state = collection.measured()) {
            NativeMemory.Block sample =
                    collection.memory().allocate((long) room * d * Float.BYTES, "sample of vectors to tune on");
            blocks.add(sample);
            SplittableRandom random = new SplittableRandom(SEED);
            int[] seen = {0};
            List<PointId> timed = new ArrayList<>();
            state.forEach(Optional.empty(), (id, vector, _, _) -> {
                int at = seen[0] < room ? seen[0] : random.nextInt(seen[0] + 1);
                seen[0]++;
                if (at < room) {
                    put(sample.segment(), at, vector);
                    if (timed.size() < TIMED && random.nextInt(room) < 4 * TIMED) {
                        timed.add(id);
                    }
                }
                return true;
            });
            Rows rows = new Rows(sample.segment(), Math.min(room, seen[0]), d);
            require(rows.count() - held);
            return split(
                    rows,
                    held,
                    given(request, config.metric(), d, collection.memory(), blocks),
                    config.metric(),
                    state.points(),
                    Optional.of(config),
                    micros(state, rows, timed),
                    blocks);
        } catch (RuntimeException e) {
            blocks.forEach(NativeMemory.Block::close);
            throw e;
        }
    }

    private static double micros(Measured state, Rows rows, List<PointId> ids) {
        if (ids.isEmpty()) {
            return 0;
        }
        float[] query = rows.copyOf(0);
        double best = Double.POSITIVE_INFINITY;
        int batch = 40;
        for (int first = 0; first + batch <= ids.size(); first += batch) {
            long start = System.nanoTime();
            state.score(query, ids.subList(first, first + batch));
            best = Math.min(best, (System.nanoTime() - start) / 1e3 / batch);
        }
        return Double.isFinite(best) ? best : 0;
    }

    /** A sample of a file. */
    static TuneData of(Path base, Optional<Path> queries, Metric metric, TuneRequest request, NativeMemory memory) {
        int held = queries.isPresent() || !request.queries().isEmpty() ? 0 : request.heldOut();
        List<NativeMemory.Block> blocks = new ArrayList<>();
        try {
            FileVectors file = FileVectors.read(base, metric, request.rows() + held, memory);
            blocks.add(file.block());
            require(file.rows().count() - held);
            Optional<Rows> asked = queries.map(path -> {
                FileVectors vectors = FileVectors.read(path, metric, memory);
                blocks.add(vectors.block());
                vectors.requireDimensionOf(file);
                return vectors.rows();
            });
            Optional<Rows> all = asked.isPresent()
                    ? asked
                    : given(request, metric, file.rows().dimension(), memory, blocks);
            return split(file.rows(), held, all, metric, file.total(), Optional.empty(), 0, blocks);
        } catch (RuntimeException e) {
            blocks.forEach(NativeMemory.Block::close);
            throw e;
        }
    }

    private static void require(int rows) {
        if (rows < 100) {
            throw new EngineException.InvalidArgument(
                    "points", "at least 100 beside those held out", String.valueOf(Math.max(0, rows)));
        }
    }

    private static Optional<Rows> given(
            TuneRequest request, Metric metric, int dimension, NativeMemory memory, List<NativeMemory.Block> blocks) {
        if (request.queries().isEmpty()) {
            return Optional.empty();
        }
        NativeMemory.Block block =
                memory.allocate((long) request.queries().size() * dimension * Float.BYTES, "queries to tune with");
        blocks.add(block);
        for (int i = 0; i < request.queries().size(); i++) {
            float[] vector = request.queries().get(i);
            if (vector.length != dimension) {
                throw new EngineException.InvalidArgument(
                        "queries[" + i + "]", dimension + " values", vector.length + " values");
            }
            put(block.segment(), i, Similarity.prepare(metric, vector));
        }
        return Optional.of(new Rows(block.segment(), request.queries().size(), dimension));
    }

    /** Holds out rows at random: they change places with the last ones. */
    private static TuneData split(
            Rows rows,
            int held,
            Optional<Rows> queries,
            Metric metric,
            long points,
            Optional<CollectionConfig> now,
            double originalMicros,
            List<NativeMemory.Block> blocks) {
        SplittableRandom random = new SplittableRandom(SEED);
        int kept = rows.count() - held;
        for (int i = rows.count() - 1; i >= kept; i--) {
            int other = random.nextInt(i + 1);
            float[] chosen = rows.copyOf(other);
            put(rows.segment(), other, rows.copyOf(i));
            put(rows.segment(), i, chosen);
        }
        return new TuneData(
                rows.slice(0, kept),
                queries.orElseGet(() -> rows.slice(kept, held)),
                metric,
                points,
                now,
                originalMicros,
                List.copyOf(blocks));
    }

    private static void put(MemorySegment rows, int row, float[] vector) {
        MemorySegment.copy(
                vector, 0, rows, ValueLayout.JAVA_FLOAT, (long) row * vector.length * Float.BYTES, vector.length);
    }

    @Override
    public void close() {
        blocks.forEach(NativeMemory.Block::close);
    }
}
