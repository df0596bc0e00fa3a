package io.vecino.collection;

import io.vecino.model.BackgroundJob;

/** Background work that can be watched. Written by one thread. */
final class Work {
    private final String kind;
    private volatile long total = 1;
    private volatile long done;

    Work(String kind) {
        this.kind = kind;
    }

    void total(long rows) {
        total = Math.max(1, rows);
    }

    void advance(long rows) {
        done = rows;
    }

    BackgroundJob state() {
        return new BackgroundJob(kind, Math.min(1, (double) done / total));
    }
}
