package io.vecino.collection;

import io.vecino.model.BackgroundJob;
import io.vecino.model.ProgressListener;

/** Background work that can be watched, in one or several steps. Written by one thread. */
final class Work {
    private static final int TELL_EVERY = 256;

    private final String kind;
    private final ProgressListener listener;
    private volatile long total = 1;
    private volatile long done;
    private long before;
    private long step;

    Work(String kind) {
        this(kind, ProgressListener.NONE);
    }

    Work(String kind, ProgressListener listener) {
        this.kind = kind;
        this.listener = listener;
    }

    void total(long rows) {
        total = Math.max(1, rows);
        tell();
    }

    /** @param rows of the current step */
    void advance(long rows) {
        step = rows;
        done = before + rows;
        if (rows % TELL_EVERY == 0) {
            tell();
        }
    }

    /** Ends a step. */
    void settle() {
        before += step;
        step = 0;
        tell();
    }

    private void tell() {
        listener.at(kind, state().progress());
    }

    BackgroundJob state() {
        return new BackgroundJob(kind, Math.min(1, (double) done / total));
    }
}
