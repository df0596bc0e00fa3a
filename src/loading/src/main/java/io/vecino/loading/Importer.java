package io.vecino.loading;

import io.vecino.loading.file.PointReader;
import io.vecino.loading.file.Row;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.Point;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Loads a file into a collection in batches, several of them on their way at a time, and keeps a {@link Journal} of how far
 * all of them are acknowledged. Rows are stored in the order of the file wherever they have the same id, so the last one
 * stays, also when an import was interrupted and goes on.
 */
public final class Importer {
    private final PointReader reader;
    private final LoadTarget target;
    private final ImportOptions options;
    private final @Nullable Journal journal;
    private final @Nullable Path rejectsFile;
    private final ImportListener listener;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private Journal.State state = Journal.State.START;
    private @Nullable Row ahead;

    /**
     * @param reader not read from yet; closed by the caller
     * @param journal null if an interrupted import is not to be gone on with
     * @param rejectsFile where rejected rows are listed; null to only count them
     */
    public Importer(
            PointReader reader,
            LoadTarget target,
            ImportOptions options,
            @Nullable Journal journal,
            @Nullable Path rejectsFile,
            ImportListener listener) {
        this.reader = reader;
        this.target = target;
        this.options = options;
        this.journal = journal;
        this.rejectsFile = rejectsFile;
        this.listener = listener;
    }

    private record Pending(Batch batch, Future<Long> version) {}

    /**
     * Loads everything, from where an interrupted import of the same has come to.
     *
     * @throws EngineException.InvalidArgument naming the file and where it cannot be read on, or the first row that is no valid
     *     point; all rows before that batch are stored
     * @throws EngineException.Conflict if the journal is of another import, or of a collection that was changed since
     */
    public ImportResult run() {
        requireDimension();
        state = journal == null ? state : resume(journal);
        long resumedAt = state.rows();
        try (Rejects rejects = new Rejects(rejectsFile, state.rejected(), state.rejectsBytes());
                ExecutorService writers = Executors.newFixedThreadPool(
                        options.parallel(),
                        Thread.ofPlatform().name("vecino-import-", 1).daemon().factory())) {
            reader.skip(resumedAt);
            listener.at(resumedAt, reader.offset(), state.rejected());
            try {
                load(writers, rejects);
            } catch (EngineException e) {
                awaitAll(e);
                throw e;
            }
            if (journal != null) {
                journal.remove();
            }
            return new ImportResult(state.rows(), state.rows() - state.rejected(), state.rejected(), resumedAt);
        }
    }

    private void requireDimension() {
        OptionalLong dimension = reader.dimension();
        if (dimension.isPresent() && dimension.getAsLong() != target.dimension()) {
            throw new EngineException.InvalidArgument(
                    "vectors of the file",
                    target.dimension() + " dimensions, as the collection has",
                    String.valueOf(dimension.getAsLong()));
        }
    }

    private Journal.State resume(Journal from) {
        Optional<Journal.State> found = from.read();
        if (found.isPresent() && found.get().witness() != null) {
            Journal.State last = found.get();
            OptionalLong version = target.version(Objects.requireNonNull(last.witness()));
            if (version.isEmpty() || version.getAsLong() < last.version()) {
                throw new EngineException.Conflict("the collection does not hold point " + last.witness()
                        + ", which this import had stored; restart it from the beginning");
            }
        }
        return found.orElse(Journal.State.START);
    }

    private void load(ExecutorService writers, Rejects rejects) {
        long row = state.rows();
        while (true) {
            Batch batch = new Batch(row);
            EngineException end = fill(batch);
            row = batch.end();
            if (!batch.holdsNothing()) {
                while (pending.size() >= options.parallel()
                        || pending.stream().anyMatch(other -> other.batch().shares(batch))) {
                    settle(rejects);
                }
                pending.add(new Pending(
                        batch, writers.submit(() -> batch.store(target, options.skipBad(), reader.name()))));
            }
            if (end != null || batch.holdsNothing()) {
                while (!pending.isEmpty()) {
                    settle(rejects);
                }
                if (end != null) {
                    throw end;
                }
                return;
            }
        }
    }

    /** Reads rows into a batch; returns why it is the last, if it is for a failure. */
    private @Nullable EngineException fill(Batch batch) {
        try {
            while (!batch.full(options.batchBytes()) && batch.end() < options.limit()) {
                Row row = ahead == null ? reader.next() : ahead;
                ahead = null;
                if (row == null) {
                    break;
                }
                Row checked = checked(row);
                if (checked instanceof Row.Bad bad) {
                    if (!options.skipBad()) {
                        return new EngineException.InvalidArgument(
                                reader.name() + " row " + bad.number(), "a valid point", bad.reason());
                    }
                    batch.reject(bad);
                } else if (checked instanceof Row.Good good && !batch.add(good)) {
                    ahead = good;
                    break;
                }
            }
            batch.readUpTo(reader.offset());
            return null;
        } catch (EngineException e) {
            return e;
        }
    }

    /** What the collection would refuse, found before a batch is refused for it. */
    private Row checked(Row row) {
        if (!(row instanceof Row.Good(long number, Point point))) {
            return row;
        }
        float[] vector = point.vector();
        if (vector.length != target.dimension()) {
            return new Row.Bad(number, "vector: expected " + target.dimension() + " values, got " + vector.length);
        }
        boolean zero = true;
        for (int i = 0; i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                return new Row.Bad(number, "vector[" + i + "]: expected a finite float32, got " + vector[i]);
            }
            zero &= vector[i] == 0;
        }
        return zero && target.metric() == Metric.COSINE
                ? new Row.Bad(number, "vector: expected a direction, as metric cosine needs, got all zeros")
                : row;
    }

    /** Waits for the oldest batch and notes that it is done with. */
    private void settle(Rejects rejects) {
        Pending oldest = pending.removeFirst();
        long version = versionOf(oldest);
        Batch batch = oldest.batch();
        rejects.add(batch.bad());
        batch.bad().forEach(listener::rejected);
        boolean newer = !batch.points().isEmpty() && version >= state.version();
        state = new Journal.State(
                batch.end(),
                rejects.count(),
                rejects.bytes(),
                newer ? batch.points().getLast().id() : state.witness(),
                newer ? version : state.version());
        if (journal != null) {
            journal.write(state);
        }
        listener.at(state.rows(), batch.offset(), state.rejected());
    }

    private static long versionOf(Pending batch) {
        try {
            return batch.version().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException.Unavailable("interrupted");
        }
    }

    /** After a failure: the batches before it count, those behind it are stored again next time. */
    private void awaitAll(EngineException failure) {
        for (Pending left : pending) {
            try {
                long _ = versionOf(left);
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
        pending.clear();
    }
}
