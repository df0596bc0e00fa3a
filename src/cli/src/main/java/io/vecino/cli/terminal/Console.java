package io.vecino.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err progress, notes and errors
 * @param interactive whether {@code err} is a terminal that can show a moving bar
 */
public record Console(PrintStream out, PrintStream err, boolean interactive) {
    /** The streams of this process, in UTF-8. */
    public static Console ofProcess() {
        return new Console(utf8(FileDescriptor.out), utf8(FileDescriptor.err), Host.errorIsTerminal());
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** A line for the person watching; never part of the result. */
    public void note(String line) {
        err.println(line);
    }

    /** Progress of a task of {@code total} steps; close it when the task has ended, also in failure. */
    public Progress progress(String task, long total) {
        return interactive ? new BarProgress(task, total, err) : new LineProgress(task, total, err);
    }
}
