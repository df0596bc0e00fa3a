package io.vecino.model;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How one search went: how long its stages took and what was done where. Holds for what is called {@link #during} it, on
 * the same thread; what an index leaves to other threads counts as {@link Stage#TRAVERSE}.
 */
public final class SearchTrace {
    private static final ScopedValue<SearchTrace> CURRENT = ScopedValue.newInstance();

    private final Map<Stage, Long> nanos = new EnumMap<>(Stage.class);
    private final List<Step> steps = new ArrayList<>();
    private int rescored;
    private boolean exhaustive;

    /** What takes time. */
    public enum Stage {
        /** Finding the points that meet the filter. */
        FILTER,
        /** Taking the query to the space of the codes. */
        TRANSFORM,
        /** Scoring codes, or what stands in their place. */
        TRAVERSE,
        /** Scoring candidates with the original vectors. */
        RESCORE,
        /** Reading payloads and vectors of the results. */
        FETCH;

        /** The name that users see. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a part of the collection was searched. */
    public enum Method {
        /** Points not yet compressed, each scored by its vector. */
        SCAN,
        /** By the index. */
        INDEX,
        /** By the index, which may return the points that meet the filter only. */
        FILTERED_INDEX,
        /** The few points that meet the filter, each scored by its vector. */
        MATCHES,
        /** Not at all: no point meets the filter. */
        SKIP;

        /** The name that users see. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What was done with a part.
     *
     * @param segment its number; -1 for points not yet compressed
     * @param points in it, deleted ones included
     * @param matching the filter, deleted ones included; all of them if there is none
     * @param found candidates
     */
    public record Step(long segment, Method method, int points, int matching, int found, long nanos) {}

    /** Runs one search whose course this describes afterwards. */
    public <T> T during(Supplier<T> search) {
        return ScopedValue.where(CURRENT, this).call(search::get);
    }

    /** That of the search that this thread runs; null if nobody wants to know. */
    public static @Nullable SearchTrace current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /** Does a part of a search and adds its time to a stage, if somebody wants to know. */
    public static <T> T timed(Stage stage, Supplier<T> part) {
        SearchTrace trace = current();
        if (trace == null) {
            return part.get();
        }
        long start = System.nanoTime();
        try {
            return part.get();
        } finally {
            trace.add(stage, System.nanoTime() - start);
        }
    }

    /** Adds time to a stage. */
    public void add(Stage stage, long more) {
        nanos.merge(stage, more, Long::sum);
    }

    /** Adds a part. */
    public void add(Step step) {
        steps.add(step);
    }

    /** Adds candidates that were scored with their originals. */
    public void addRescored(int candidates) {
        rescored += candidates;
    }

    /** Says that the originals were scanned: because that was asked for, or because the index found too few. */
    public void scannedOriginals() {
        exhaustive = true;
    }

    /** Nanoseconds of a stage; 0 if there was none. */
    public long nanos(Stage stage) {
        return nanos.getOrDefault(stage, 0L);
    }

    /** The parts, in the order in which they were searched. */
    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** Candidates that were scored with their originals. */
    public int rescored() {
        return rescored;
    }

    /** Whether the originals were scanned. */
    public boolean exhaustive() {
        return exhaustive;
    }
}
