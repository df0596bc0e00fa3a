package io.vecino.kernels;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The linking of points in plain Java: {@code graph_build.h}. */
final class ScalarGraphBuild {
    private static final Comparator<Candidate> CLOSEST_FIRST =
            Comparator.comparingInt(Candidate::distance).thenComparingInt(Candidate::id);
    private static final int MOST_VISITED = GraphBuild.MOST_EFFORT;
    private static final int MOST_HOPS = 2 * GraphBuild.MOST_EFFORT;

    private final GraphBuild build;

    ScalarGraphBuild(GraphBuild build) {
        this.build = build;
    }

    private record Candidate(int distance, int id) {}

    private int distance(int x, int y) {
        int product = 0;
        for (int i = 0; i < build.dimension(); i++) {
            product += build.codes().get(JAVA_BYTE, (long) x * build.dimension() + i)
                    * build.codes().get(JAVA_BYTE, (long) y * build.dimension() + i);
        }
        return read(build.norms(), x) + read(build.norms(), y) - 2 * product;
    }

    static int read(MemorySegment ints, long index) {
        return ints.get(JAVA_INT_UNALIGNED, index * Integer.BYTES);
    }

    static void write(MemorySegment ints, long index, int value) {
        ints.set(JAVA_INT_UNALIGNED, index * Integer.BYTES, value);
    }

    private int[] neighbours(int point) {
        long first = (long) point * GraphBuild.CAPACITY;
        return IntStream.range(0, read(build.degrees(), point))
                .map(i -> read(build.neighbours(), first + i))
                .toArray();
    }

    private List<Candidate> measured(int point, IntStream ids) {
        return ids.mapToObj(id -> new Candidate(distance(point, id), id))
                .sorted(CLOSEST_FIRST)
                .toList();
    }

    private List<Integer> prune(List<Candidate> sorted) {
        List<Integer> kept = new ArrayList<>();
        for (Candidate candidate : sorted) {
            if (kept.size() == GraphSpace.DEGREE) {
                break;
            }
            if (kept.stream().allMatch(other -> apart(candidate, distance(candidate.id(), other)))) {
                kept.add(candidate.id());
            }
        }
        return kept;
    }

    private boolean apart(Candidate candidate, int between) {
        return between != 0 && !(build.alpha() * (float) between < (float) candidate.distance());
    }

    List<Integer> link(int point) {
        BitSet seen = new BitSet();
        List<Candidate> pool = new ArrayList<>();
        List<Candidate> visited = new ArrayList<>();
        BitSet checked = new BitSet();
        seen.set(build.entry());
        pool.add(new Candidate(distance(point, build.entry()), build.entry()));
        for (int next = 0; next < pool.size(); ) {
            Candidate best = pool.get(next);
            if (checked.get(best.id())) {
                next++;
                continue;
            }
            checked.set(best.id());
            if (visited.size() < MOST_VISITED) {
                visited.add(best);
            }
            int lowest = next + 1;
            for (int id : neighbours(best.id())) {
                if (!seen.get(id)) {
                    seen.set(id);
                    lowest = Math.min(lowest, enter(pool, new Candidate(distance(point, id), id)));
                }
            }
            next = lowest;
        }
        visited.sort(CLOSEST_FIRST);
        return prune(visited);
    }

    private int enter(List<Candidate> pool, Candidate candidate) {
        int at = pool.size();
        while (at > 0 && pool.get(at - 1).distance() > candidate.distance()) {
            at--;
        }
        if (at == build.effort()) {
            return Integer.MAX_VALUE;
        }
        pool.add(at, candidate);
        if (pool.size() > build.effort()) {
            pool.removeLast();
        }
        return at;
    }

    void add(int to, int neighbour) {
        int[] list = neighbours(to);
        if (IntStream.of(list).anyMatch(id -> id == neighbour)) {
            return;
        }
        List<Integer> kept = new ArrayList<>(IntStream.of(list).boxed().toList());
        if (list.length == GraphBuild.CAPACITY) {
            List<Candidate> sorted = measured(to, IntStream.of(list));
            kept = prune(sorted);
            fill(kept, sorted);
        }
        kept.add(neighbour);
        for (int i = 0; i < kept.size(); i++) {
            write(build.neighbours(), (long) to * GraphBuild.CAPACITY + i, kept.get(i));
        }
        write(build.degrees(), to, kept.size());
    }

    List<Integer> trim(int point) {
        List<Candidate> own = measured(point, IntStream.of(neighbours(point)));
        List<Integer> kept = prune(own);
        fill(kept, own);
        if (kept.size() < GraphSpace.DEGREE) {
            IntStream hops = List.copyOf(kept).stream()
                    .flatMapToInt(id -> IntStream.of(neighbours(id)))
                    .filter(id -> id != point)
                    .limit(MOST_HOPS);
            fill(kept, measured(point, hops));
        }
        return kept;
    }

    private static void fill(List<Integer> kept, List<Candidate> sorted) {
        for (Candidate candidate : sorted) {
            if (kept.size() < GraphSpace.DEGREE && !kept.contains(candidate.id())) {
                kept.add(candidate.id());
            }
        }
    }
}
