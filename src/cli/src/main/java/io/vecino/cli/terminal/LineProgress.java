package io.vecino.cli.terminal;

import java.io.PrintStream;

/** A line for each tenth of the task, for logs and pipes. */
final class LineProgress implements Progress {
    private static final int LINES = 10;

    private final String task;
    private final long total;
    private final PrintStream err;
    private long done;
    private long shown;
    private String remark = "";

    LineProgress(String task, long total, PrintStream err) {
        this.task = task;
        this.total = total;
        this.err = err;
    }

    @Override
    public synchronized void add(long steps) {
        done += steps;
        long tenths = total == 0 ? LINES : done * LINES / total;
        if (tenths > shown) {
            shown = tenths;
            err.printf("%s: %,d of %,d%s%n", task, done, total, remark);
        }
    }

    @Override
    public synchronized void remark(String text) {
        remark = ", " + text;
    }

    @Override
    public void close() {}
}
