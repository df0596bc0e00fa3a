package io.vecino.loading;

import io.vecino.loading.file.PointWriter;
import io.vecino.model.PointId;
import io.vecino.model.ScrollPage;
import java.util.function.LongConsumer;

/** Writes the points of a collection to a file. Points that are written meanwhile may or may not be among them. */
public final class Exporter {
    private static final int PAGE_BYTES = 4 << 20;

    private Exporter() {}

    /**
     * Writes points; the caller finishes the file.
     *
     * @param limit points at most
     * @param listener told how many there are after each page
     * @return how many were written
     */
    public static long run(ExportSource source, int dimension, PointWriter writer, long limit, LongConsumer listener) {
        int page = Math.clamp(PAGE_BYTES / ((long) dimension * Float.BYTES), 1, 10_000);
        long written = 0;
        PointId after = null;
        do {
            ScrollPage points = source.page(after, (int) Math.min(page, Math.max(1, limit - written)));
            for (ScrollPage.Entry point : points.points()) {
                float[] vector = point.vector();
                if (vector != null && written < limit) {
                    writer.write(point.id(), vector, point.payload());
                    written++;
                }
            }
            listener.accept(written);
            after = points.next();
        } while (after != null && written < limit);
        return written;
    }
}
