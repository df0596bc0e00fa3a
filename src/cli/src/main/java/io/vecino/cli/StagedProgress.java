package io.vecino.cli;

import io.vecino.cli.terminal.Console;
import io.vecino.cli.terminal.Progress;
import io.vecino.model.ProgressListener;
import org.jspecify.annotations.Nullable;

/** A task after the other, each with its own progress. */
final class StagedProgress implements ProgressListener, AutoCloseable {
    private static final int STEPS = 1000;

    private final Console console;
    private @Nullable Progress progress;
    private String task = "";
    private int reported;

    StagedProgress(Console console) {
        this.console = console;
    }

    @Override
    public void at(String current, double share) {
        if (progress == null || !task.equals(current)) {
            close();
            progress = console.progress(current, STEPS);
            task = current;
            reported = 0;
        }
        int steps = (int) Math.round(Math.clamp(share, 0, 1) * STEPS);
        if (steps > reported) {
            progress.add(steps - reported);
            reported = steps;
        }
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }
}
