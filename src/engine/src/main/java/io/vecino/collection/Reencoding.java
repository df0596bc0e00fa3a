package io.vecino.collection;

import io.vecino.model.PointId;
import io.vecino.segment.SealedSegment;
import io.vecino.segment.Segment;
import io.vecino.segment.SegmentWriter;
import io.vecino.storage.PointKey;
import io.vecino.storage.PointRow;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Segments of another encoding, beside those that are searched, until they take their place in one step. While it lasts no
 * segments may be merged. Closed before that step, nothing is left. For one thread.
 */
final class Reencoding implements AutoCloseable {
    private static final int READ_AHEAD = 1024;

    private final SegmentSet segments;
    private final SegmentBuild builds;
    private final SegmentWriter.Blueprint blueprint;
    private final Lifecycle lifecycle;
    private final Work work;
    private final List<SegmentBuild.Built> built = new ArrayList<>();
    private final List<SealedSegment> reused = new ArrayList<>();
    private final Set<Segment> covered = new HashSet<>();
    private final Map<Segment, BitSet> claimed = new HashMap<>();

    Reencoding(
            SegmentSet segments,
            SegmentBuild builds,
            SegmentWriter.Blueprint blueprint,
            Lifecycle lifecycle,
            Work work) {
        this.segments = segments;
        this.builds = builds;
        this.blueprint = blueprint;
        this.lifecycle = lifecycle;
        this.work = work;
    }

    /** Takes a segment of the encoding that is there from before; owned from here on. */
    void own(SealedSegment old) {
        reused.add(old);
    }

    /**
     * Lets the points of the segments from before that were not written since stand for those of the current segments.
     *
     * @param sequence of the last write before they were put aside; the tombstones up to it are applied
     */
    void reuse(long sequence) {
        try (Snapshot snapshot = segments.acquire()) {
            List<Snapshot.Part> parts =
                    snapshot.parts().stream().filter(Snapshot.Part::sealed).toList();
            for (SealedSegment old : reused) {
                Replacement replacement = new Replacement(
                        parts.stream().map(Snapshot.Part::segment).toList(), 0);
                for (int first = 0; first < old.size(); first += READ_AHEAD) {
                    lifecycle.requireOpen();
                    claim(snapshot, parts, old, first, sequence, replacement);
                    work.advance(replacement.rows());
                }
                work.settle();
                built.add(new SegmentBuild.Built(replacement, old));
            }
        }
    }

    private void claim(
            Snapshot snapshot,
            List<Snapshot.Part> parts,
            SealedSegment old,
            int first,
            long sequence,
            Replacement replacement) {
        List<PointId> ids = new ArrayList<>();
        for (int ordinal = first; ordinal < Math.min(old.size(), first + READ_AHEAD); ordinal++) {
            ids.add(old.id(ordinal));
        }
        List<@Nullable PointRow> rows = snapshot.view().rows(ids);
        for (int i = 0; i < ids.size(); i++) {
            if (!old.live(first + i)) {
                replacement.addKnownDead();
                continue;
            }
            PointRow row = rows.get(i);
            if (row == null || row.sequence() > sequence || !claim(snapshot, parts, ids.get(i), replacement)) {
                replacement.addDead(snapshot.sequence());
            }
        }
    }

    /** Finds where the point is now; false if it is in no sealed segment. */
    private boolean claim(Snapshot snapshot, List<Snapshot.Part> parts, PointId id, Replacement replacement) {
        byte[] key = PointKey.encode(id);
        for (int part = 0; part < parts.size(); part++) {
            Segment segment = parts.get(part).segment();
            int ordinal = segment.find(id, key);
            if (ordinal >= 0 && segment.deletedAt(ordinal) > snapshot.sequence()) {
                claimed.computeIfAbsent(segment, _ -> new BitSet()).set(ordinal);
                replacement.add(part, ordinal);
                return true;
            }
        }
        return false;
    }

    /** Encodes the sealed segments that are not encoded yet; false if there are none. Sealing may go on. */
    boolean encodeSealed() {
        try (Snapshot snapshot = segments.acquire()) {
            return encode(
                    snapshot,
                    snapshot.parts().stream().filter(Snapshot.Part::sealed).toList(),
                    0);
        }
    }

    /** Encodes everything that is not encoded yet, of a frozen state; nothing may be sealed from here on. */
    void encodeRest(Snapshot frozen) {
        boolean _ = encode(frozen, frozen.parts(), frozen.sequence());
    }

    private boolean encode(Snapshot snapshot, List<Snapshot.Part> all, long sealedUpTo) {
        List<Snapshot.Part> parts = all.stream()
                .filter(part -> part.size() > 0 && !covered.contains(part.segment()))
                .toList();
        if (parts.isEmpty()) {
            return false;
        }
        built.add(builds.build(snapshot, parts, sealedUpTo, work, blueprint, this::claimed));
        parts.forEach(part -> covered.add(part.segment()));
        work.settle();
        return true;
    }

    private boolean claimed(Segment segment, int ordinal) {
        BitSet ordinals = claimed.get(segment);
        return ordinals != null && ordinals.get(ordinal);
    }

    /** Puts the new segments in the place of all others. */
    void publish(Manifests manifests, Manifests.Extra extra) {
        segments.replace(built, manifests, extra);
        built.clear();
        reused.clear();
    }

    /** Frees what was not published; the files of segments that were built for it go. */
    @Override
    public void close() {
        for (SegmentBuild.Built one : built) {
            SealedSegment segment = one.segment();
            if (segment != null && !reused.contains(segment)) {
                segment.obsolete();
                segment.release();
            }
        }
        reused.forEach(Segment::release);
    }
}
