package io.vecino.index.faiss;

import io.vecino.faiss.CheckedIndex;
import io.vecino.index.OrdinalBits;
import io.vecino.index.OrdinalFilter;
import io.vecino.index.PlainSpace;
import io.vecino.index.VectorIndex;
import io.vecino.model.EngineException;
import io.vecino.model.SearchParams;
import io.vecino.selection.TopK;
import io.vecino.storage.CheckedFileWriter;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A filled FAISS index. Search parameters are state of the index in FAISS, so searches with other parameters than the last
 * ones exclude each other for the moment of setting them. Defaults: {@code efSearch} 64, {@code nprobe} 8.
 */
final class FaissIndex implements VectorIndex {
    private static final String EF_SEARCH = "efSearch";
    private static final String NPROBE = "nprobe";
    private static final int DEFAULT_EF_SEARCH = 64;
    private static final int DEFAULT_NPROBE = 8;
    private static final int MOST_EFFORT = 1 << 20;
    private static final Effort DEFAULT_EFFORT = new Effort(DEFAULT_EF_SEARCH, DEFAULT_NPROBE);

    private final PlainSpace space;
    private final CheckedIndex index;
    private final int size;
    private final long bytes;
    private final NativeMemory.Charge charge;
    private final int threads;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final boolean hasEfSearch;
    private final boolean hasNprobe;
    private final boolean selects;
    private final Optional<FaissDevice.Copy> onDevice;
    private Effort effort = DEFAULT_EFFORT;

    /**
     * Takes over an index.
     *
     * @param index owned by this object from here on, like the charge
     * @param threads of a batch search
     */
    FaissIndex(PlainSpace space, CheckedIndex index, int size, long bytes, NativeMemory.Charge charge, int threads) {
        this.space = space;
        this.index = index;
        this.size = size;
        this.bytes = bytes;
        this.charge = charge;
        this.threads = threads;
        this.hasEfSearch = index.set(EF_SEARCH, DEFAULT_EF_SEARCH);
        this.hasNprobe = index.set(NPROBE, DEFAULT_NPROBE);
        this.selects = FaissLibrary.selects(index);
        this.onDevice = size == 0 ? Optional.empty() : FaissDevice.copy(index);
    }

    private record Effort(int efSearch, int nprobe) {}

    @Override
    public int size() {
        return size;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void save(CheckedFileWriter file) {
        FaissFile.save(index, file);
    }

    @Override
    public TopK.Hits search(float[] query, int k, OrdinalFilter filter, SearchParams params) {
        if (size == 0) {
            return new TopK(1).drain();
        }
        Effort wanted = wanted(params);
        try (Scratch scratch = new Scratch()) {
            MemorySegment image = space.query(query, scratch);
            Selection selection = selection(filter, scratch);
            int asked = Math.min(k, size);
            Answer answer = ask(image, k, asked, filter, selection.bits, wanted);
            // A graph may reach too few of the selected: then points are asked for and left out afterwards.
            boolean retry = selection.bits == null || answer.hits.ordinals().length < Math.min(k, selection.count);
            boolean exhausted = selection.bits == null && answer.exhausted;
            while (retry && answer.hits.ordinals().length < k && asked < size && !exhausted) {
                asked = (int) Math.min(size, 4L * asked);
                Answer more = ask(image, k, asked, filter, null, wanted);
                answer = more.hits.ordinals().length < answer.hits.ordinals().length ? answer : more;
                exhausted = more.exhausted;
            }
            return answer.hits;
        }
    }

    @Override
    public TopK.Hits scan(float[] query, int k, OrdinalFilter filter) {
        OptionalInt most = OptionalInt.of(Math.max(1, Math.min(size, MOST_EFFORT)));
        OptionalInt none = OptionalInt.empty();
        return search(query, k, filter, new SearchParams(hasEfSearch ? most : none, hasNprobe ? most : none, 1, false));
    }

    @Override
    public boolean sharesWork() {
        return true;
    }

    /** One call for all queries, which FAISS answers by matrix products where the index allows it. */
    @Override
    public List<TopK.Hits> searchBatch(Rows queries, int k, OrdinalFilter filter, SearchParams params) {
        if (size == 0 || queries.count() == 0) {
            return VectorIndex.super.searchBatch(queries, k, filter, params);
        }
        int asked = Math.min(k, size);
        try (Scratch scratch = new Scratch()) {
            long width = (long) space.dimension() * Float.BYTES;
            MemorySegment images = scratch.floats((long) queries.count() * space.dimension());
            for (int q = 0; q < queries.count(); q++) {
                try (Scratch one = new Scratch()) {
                    MemorySegment.copy(space.query(queries.copyOf(q), one), 0, images, q * width, width);
                }
            }
            Selection selection = selection(filter, scratch);
            MemorySegment scores = scratch.floats((long) queries.count() * asked);
            MemorySegment labels = scratch.bytes((long) queries.count() * asked * Long.BYTES);
            search(images, queries.count(), asked, scores, labels, selection.bits, wanted(params), threads);
            List<TopK.Hits> found = new ArrayList<>(queries.count());
            for (int q = 0; q < queries.count(); q++) {
                Answer answer = accepted(scores, labels, (long) q * asked, k, asked, filter);
                boolean tooFew = answer.hits.ordinals().length < Math.min(asked, selection.count)
                        && (selection.bits != null || !answer.exhausted);
                found.add(tooFew ? search(queries.copyOf(q), k, filter, params) : answer.hits);
            }
            return found;
        }
    }

    /** @param bits of the accepted ordinals, or null if FAISS is to return all, of which {@code count} are accepted */
    private record Selection(@Nullable MemorySegment bits, int count) {}

    private Selection selection(OrdinalFilter filter, Scratch scratch) {
        if (filter.equals(OrdinalFilter.ALL) || !selects) {
            return new Selection(null, size);
        }
        OrdinalBits bits = filter.bits(size, scratch);
        return new Selection(bits.all() ? null : bits.words(), bits.accepted());
    }

    private Effort wanted(SearchParams params) {
        return new Effort(
                effort(EF_SEARCH, params.efSearch(), hasEfSearch, DEFAULT_EF_SEARCH),
                effort(NPROBE, params.nprobe(), hasNprobe, DEFAULT_NPROBE));
    }

    /** @param exhausted whether FAISS reached no more points at this effort, however many are asked for */
    private record Answer(TopK.Hits hits, boolean exhausted) {}

    /** Takes {@code asked} neighbours from FAISS and keeps the k best accepted ones. */
    private Answer ask(
            MemorySegment image,
            int k,
            int asked,
            OrdinalFilter filter,
            @Nullable MemorySegment selected,
            Effort wanted) {
        try (Scratch scratch = new Scratch()) {
            MemorySegment scores = scratch.floats((long) asked);
            MemorySegment labels = scratch.bytes((long) asked * Long.BYTES);
            search(image, 1, asked, scores, labels, selected, wanted, 1);
            return accepted(scores, labels, 0, k, asked, filter);
        }
    }

    /** On the device where it can: it has a copy with the default efforts and knows no selectors. */
    private void search(
            MemorySegment images,
            int count,
            int k,
            MemorySegment scores,
            MemorySegment labels,
            @Nullable MemorySegment selected,
            Effort wanted,
            int searchThreads) {
        if (onDevice.isPresent() && selected == null && wanted.equals(DEFAULT_EFFORT)) {
            FaissDevice.Copy copy = onDevice.get();
            if (count > 1 ? copy.searchBatch(images, k, scores, labels) : copy.search(images, k, scores, labels)) {
                return;
            }
        }
        lockWith(wanted);
        try {
            FaissLibrary.search(index, images, k, scores, labels, selected, searchThreads);
        } finally {
            lock.readLock().unlock();
        }
    }

    private Answer accepted(
            MemorySegment scores, MemorySegment labels, long first, int k, int asked, OrdinalFilter filter) {
        TopK best = new TopK(Math.min(k, asked));
        boolean exhausted = false;
        for (int i = 0; i < asked; i++) {
            long label = labels.getAtIndex(ValueLayout.JAVA_LONG, first + i);
            exhausted |= label < 0;
            if (label >= 0 && filter.accepts((int) label)) {
                float score = scores.getAtIndex(ValueLayout.JAVA_FLOAT, first + i);
                best.offer(space.similarity() == Similarity.L2 ? -score : score, (int) label);
            }
        }
        return new Answer(best.drain(), exhausted);
    }

    private static int effort(String name, OptionalInt asked, boolean known, int preset) {
        if (asked.isPresent() && !known) {
            throw new EngineException.InvalidArgument(
                    "params." + name, "a parameter that this FAISS index has", String.valueOf(asked.getAsInt()));
        }
        return asked.orElse(preset);
    }

    /** Takes the read lock while the index has the wanted parameters. */
    private void lockWith(Effort wanted) {
        lock.readLock().lock();
        while (!effort.equals(wanted)) {
            lock.readLock().unlock();
            lock.writeLock().lock();
            try {
                index.set(EF_SEARCH, wanted.efSearch);
                index.set(NPROBE, wanted.nprobe);
                effort = wanted;
                lock.readLock().lock();
            } finally {
                lock.writeLock().unlock();
            }
        }
    }

    @Override
    public void close() {
        onDevice.ifPresent(FaissDevice.Copy::close);
        index.close();
        charge.close();
    }
}
