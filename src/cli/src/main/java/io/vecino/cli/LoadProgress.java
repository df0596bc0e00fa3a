package io.vecino.cli;

import io.vecino.cli.terminal.Console;
import io.vecino.cli.terminal.Progress;
import io.vecino.loading.ImportListener;
import io.vecino.loading.file.PointReader;
import java.util.Locale;

/** How far an import has come: rows where the file says how many there are, else its bytes; with rate and rejects. */
final class LoadProgress implements ImportListener, AutoCloseable {
    private final Progress progress;
    private final boolean inRows;
    private final long started = System.nanoTime();
    private long resumedAt = -1;
    private long done;

    LoadProgress(Console console, PointReader reader, long limit) {
        inRows = reader.rows().isPresent();
        long total = inRows
                ? Math.min(limit, reader.rows().getAsLong())
                : reader.size().orElse(0);
        progress = console.progress(inRows ? "import" : "import (bytes)", total);
    }

    @Override
    public void at(long rows, long offset, long rejected) {
        resumedAt = resumedAt < 0 ? rows : resumedAt;
        double rate = (rows - resumedAt) / Math.max(1e-3, (System.nanoTime() - started) / 1e9);
        progress.remark(String.format(Locale.ROOT, "%,.0f rows/s, %,d rejected", rate, rejected));
        long now = inRows ? rows : offset;
        progress.add(Math.max(0, now - done));
        done = Math.max(done, now);
    }

    @Override
    public void close() {
        progress.close();
    }
}
