package io.vecino.cli.terminal;

/** How far a long task has come. Any thread may report. */
public sealed interface Progress extends AutoCloseable permits BarProgress, LineProgress {
    /** Reports {@code steps} more steps done. */
    void add(long steps);

    /** Says more beside it from here on. */
    void remark(String text);

    @Override
    void close();
}
