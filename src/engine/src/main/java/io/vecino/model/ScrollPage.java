package io.vecino.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of points.
 *
 * @param next what to go on after; null if this was the last page
 */
public record ScrollPage(List<Entry> points, @Nullable PointId next) {
    public ScrollPage {
        points = List.copyOf(points);
    }

    /**
     * One point.
     *
     * @param version sequence number of the write that stored it
     * @param vector null unless asked for
     */
    @SuppressWarnings("ArrayRecordComponent") // freshly decoded for each call, shared with nobody
    public record Entry(PointId id, Payload payload, long version, float @Nullable [] vector) {}
}
