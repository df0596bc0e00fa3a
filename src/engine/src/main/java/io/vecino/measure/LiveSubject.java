package io.vecino.measure;

import io.vecino.collection.Collection;
import io.vecino.collection.Found;
import io.vecino.collection.Measured;
import io.vecino.model.CollectionConfig;
import io.vecino.model.Filter;
import io.vecino.model.PointId;
import io.vecino.model.ProgressListener;
import io.vecino.model.RecallStage.Step;
import io.vecino.model.SearchParams;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A collection as it is searched. */
final class LiveSubject implements Subject {
    private final Measured collection;
    private final List<Measured.Query> queries;
    private final int k;
    private final SearchParams params;
    private final Optional<Filter> filter;
    private final ExactPass pass;

    private LiveSubject(
            Measured collection,
            List<Measured.Query> queries,
            int k,
            SearchParams params,
            Optional<Filter> filter,
            ExactPass pass) {
        this.collection = collection;
        this.queries = queries;
        this.k = k;
        this.params = params;
        this.filter = filter;
        this.pass = pass;
    }

    /** What the exact neighbours depend on. */
    private record PassKey(
            long sequence, String encoding, int queries, long digest, int depth, Optional<Filter> filter) {}

    /** @param state of the collection; closed by the caller, after this was used */
    static LiveSubject of(
            Collection collection,
            Measured state,
            List<Measured.Query> queries,
            int k,
            SearchParams params,
            Optional<Filter> filter,
            ProgressListener listener) {
        int depth = Depth.of(k) + 1;
        PassKey key = new PassKey(state.sequence(), state.encoding(), queries.size(), digest(queries), depth, filter);
        ExactPass pass = collection.remember(key, ExactPass.class, () -> {
            try (NativeMemory.Block block = compared(collection, state.config(), queries)) {
                Rows rows =
                        new Rows(block.segment(), queries.size(), state.config().dimension());
                return ExactPass.over(state, rows, depth, filter, collection.memory(), listener);
            }
        });
        return new LiveSubject(state, queries, k, params, filter, pass);
    }

    private static long digest(List<Measured.Query> queries) {
        long digest = 0;
        for (Measured.Query query : queries) {
            digest = 31 * digest + Arrays.hashCode(query.vector()) * 0x9E3779B97F4A7C15L;
        }
        return digest;
    }

    private static NativeMemory.Block compared(
            Collection collection, CollectionConfig config, List<Measured.Query> queries) {
        NativeMemory.Block block = collection
                .memory()
                .allocate((long) queries.size() * config.dimension() * Float.BYTES, "queries to be measured with");
        for (int i = 0; i < queries.size(); i++) {
            float[] vector = queries.get(i).compared(config);
            long at = (long) i * vector.length * Float.BYTES;
            MemorySegment.copy(vector, 0, block.segment(), ValueLayout.JAVA_FLOAT, at, vector.length);
        }
        return block;
    }

    @Override
    public List<Step> steps() {
        return filter.isPresent()
                ? List.of(Step.values())
                : List.of(Step.REDUCTION, Step.QUANTIZER, Step.INDEX, Step.RESCORING);
    }

    @Override
    public int queries() {
        return queries.size();
    }

    @Override
    public Optional<PointId> self(int query) {
        return Optional.ofNullable(queries.get(query).self());
    }

    @Override
    public List<Found> exact(int query) {
        return others(query, pass.exact(query), Depth.of(k));
    }

    @Override
    public List<Found> exactFiltered(int query) {
        return others(query, pass.filtered(query), Depth.of(k));
    }

    private List<Found> others(int query, List<Found> found, int count) {
        PointId self = queries.get(query).self();
        return found.stream().filter(one -> !one.id().equals(self)).limit(count).toList();
    }

    @Override
    public List<Found> found(Step step, int query, int count) {
        return switch (step) {
            case REDUCTION -> reduced(query, count);
            case QUANTIZER -> collection.byCodes(queries.get(query), count, true, params);
            case INDEX -> collection.byCodes(queries.get(query), count, false, params);
            case RESCORING -> collection.search(queries.get(query), count, params, Optional.empty());
            case FILTER -> collection.search(queries.get(query), count, params, filter);
        };
    }

    private List<Found> reduced(int query, int count) {
        if (!pass.reduces()) {
            return others(query, pass.exact(query), count);
        }
        List<PointId> best = others(query, pass.reduced(query), count).stream()
                .map(Found::id)
                .toList();
        List<Found> scored = collection.score(queries.get(query).compared(collection.config()), best);
        if (collection.mixed()) {
            List<Found> both = new ArrayList<>(scored);
            both.addAll(pass.plain(query));
            return others(query, BestFound.sorted(both), count);
        }
        return scored;
    }
}
