package io.vecino.model;

import java.util.List;

/**
 * What was found in a data directory.
 *
 * @param problems of the database itself, in words
 * @param repairs what was done about them
 */
public record DirectoryReport(List<String> problems, List<String> repairs, List<Finding> collections) {
    public DirectoryReport {
        problems = List.copyOf(problems);
        repairs = List.copyOf(repairs);
        collections = List.copyOf(collections);
    }

    /** Whether nothing is wrong. */
    public boolean sound() {
        return problems.isEmpty()
                && collections.stream().allMatch(finding -> finding.problems().isEmpty());
    }

    /**
     * One collection.
     *
     * @param points in the store
     * @param segments sealed segments in the manifest
     * @param problems what is wrong, in words; at most some of each kind
     * @param repairs what was done about it
     * @param leftovers files of interrupted work, harmless, which the next opening removes
     */
    public record Finding(
            String name,
            long points,
            int segments,
            List<String> problems,
            List<String> repairs,
            List<String> leftovers) {
        public Finding {
            problems = List.copyOf(problems);
            repairs = List.copyOf(repairs);
            leftovers = List.copyOf(leftovers);
        }
    }
}
