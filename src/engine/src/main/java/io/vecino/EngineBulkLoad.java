package io.vecino;

import io.vecino.collection.Collection;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes large segments of a collection until closed: as large as a sixteenth of the memory budget holds as float32, at most a
 * million points. Several may be open for one collection.
 */
public final class EngineBulkLoad implements AutoCloseable {
    private static final int MOST_POINTS = 1_000_000;
    private static final int SHARE = 16;
    private static final int ROW_BYTES = 64;

    private final Collection collection;
    private final int points;
    private final AtomicBoolean closed = new AtomicBoolean();

    EngineBulkLoad(Collection collection) {
        this.collection = collection;
        long row = (long) collection.config().dimension() * Float.BYTES + ROW_BYTES;
        this.points = Math.clamp(collection.memory().limit() / SHARE / row, 1, MOST_POINTS);
        collection.gather(points);
    }

    /** How many points gather before they are compressed, unless the collection would let more. */
    public int points() {
        return points;
    }

    /**
     * Compresses what is not yet compressed; returns when that is searched.
     *
     * @throws io.vecino.model.EngineException.InvalidArgument if there are too few points to train the pipeline
     */
    public void seal() {
        collection.seal();
    }

    /** From here on segments are as small as they were. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            collection.gatherNoMore(points);
        }
    }
}
