package io.vecino.collection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Tiers by size: as soon as {@value #WIDTH} segments are of one tier, they become one of the next. A segment of which a
 * quarter is deleted is rewritten alone.
 */
final class MergePolicy {
    private static final int WIDTH = 4;
    private static final double MOST_DELETED = 0.25;
    private static final long MOST_POINTS = 8_000_000;

    private final long tierPoints;

    /** @param sealPoints about the size of a newly sealed segment */
    MergePolicy(int sealPoints) {
        this.tierPoints = Math.max(1, sealPoints);
    }

    /** @param live points not deleted */
    record Candidate(Snapshot.Part part, long live) {
        private double deleted() {
            return 1 - (double) live / Math.max(1, part.size());
        }
    }

    /** Segments to merge into one now; none if all is well. */
    List<Snapshot.Part> choose(Snapshot snapshot) {
        List<Candidate> sealed = snapshot.parts().stream()
                .filter(Snapshot.Part::sealed)
                .map(part ->
                        new Candidate(part, (long) part.size() - part.segment().deletions()))
                .sorted(Comparator.comparingLong(Candidate::live))
                .toList();
        for (int tier = 0; tier <= tier(MOST_POINTS); tier++) {
            List<Candidate> same = new ArrayList<>();
            for (Candidate candidate : sealed) {
                if (tier(candidate.live) == tier) {
                    same.add(candidate);
                }
            }
            if (same.size() >= WIDTH && same.stream().mapToLong(Candidate::live).sum() <= MOST_POINTS) {
                return same.stream().map(Candidate::part).toList();
            }
        }
        return sealed.stream()
                .filter(candidate -> candidate.deleted() >= MOST_DELETED)
                .map(Candidate::part)
                .findFirst()
                .map(List::of)
                .orElse(List.of());
    }

    private int tier(long points) {
        int tier = 0;
        for (long bound = 2 * tierPoints; points >= bound; bound *= WIDTH) {
            tier++;
        }
        return tier;
    }
}
