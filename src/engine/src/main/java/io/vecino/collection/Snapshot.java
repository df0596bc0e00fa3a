package io.vecino.collection;

import io.vecino.segment.MutableSegment;
import io.vecino.segment.Segment;
import io.vecino.storage.PointView;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The collection as of one write: it pins the segments and a state of the store, so that a search sees no half of a later
 * write and nothing is freed under it.
 */
final class Snapshot implements AutoCloseable {
    private final long sequence;
    private final long points;
    private final List<Part> parts;
    private final PointView view;
    private final AtomicInteger references = new AtomicInteger(1);

    /**
     * Pins segments.
     *
     * @param points not deleted
     * @param view owned by the snapshot from here on
     */
    Snapshot(long sequence, long points, List<Segment> segments, PointView view) {
        this.sequence = sequence;
        this.points = points;
        this.parts = segments.stream()
                .map(segment -> new Part(segment, segment.size()))
                .toList();
        this.view = view;
        segments.forEach(Segment::retain);
    }

    /** @param size ordinals given out when the snapshot was taken */
    record Part(Segment segment, int size) {
        boolean sealed() {
            return !(segment instanceof MutableSegment);
        }
    }

    /** Takes a reference; false if the snapshot is gone, and the caller must fetch the current one anew. */
    boolean retain() {
        for (int current = references.get(); current > 0; current = references.get()) {
            if (references.compareAndSet(current, current + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Gives a reference back. */
    @Override
    public void close() {
        if (references.decrementAndGet() == 0) {
            view.close();
            parts.forEach(part -> part.segment().release());
        }
    }

    long sequence() {
        return sequence;
    }

    List<Part> parts() {
        return parts;
    }

    /** Points there were. */
    long points() {
        return points;
    }

    PointView view() {
        return view;
    }
}
