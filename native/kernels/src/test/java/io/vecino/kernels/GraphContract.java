package io.vecino.kernels;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every level's graph does; the plain Java one is the oracle. */
abstract class GraphContract {
    private static final int COUNT = 1500;
    private static final GraphKernels ORACLE = GraphKernels.at(KernelLevel.SCALAR);

    private final KernelLevel level;

    GraphContract(KernelLevel level) {
        this.level = level;
    }

    @BeforeEach
    void thisMachineHasTheLevel() {
        Assumptions.assumeTrue(Kernels.available().contains(level), "this machine has no level " + level);
    }

    private GraphKernels kernels() {
        return GraphKernels.at(level);
    }

    @ParameterizedTest
    @CsvSource({"1,4", "31,2", "32,4", "33,2", "64,2", "96,2", "100,4", "384,2", "1056,2"})
    void rotationKeepsDistancesAndMatchesTheOracle(int dimension, int elementBytes) {
        float[][] points = TestGraph.clustered(40, dimension, dimension);
        try (Arena arena = Arena.ofConfined()) {
            TestGraph here = new TestGraph(kernels(), points, elementBytes, 1, arena);
            TestGraph oracle = new TestGraph(ORACLE, points, elementBytes, 1, arena);
            GraphScratch scratch = new GraphScratch(here.graph);
            GraphScratch oracleScratch = new GraphScratch(oracle.graph);
            float[] query = points[7].clone();
            query[0] += 0.25f;
            assertTrue(kernels().scan(TestGraph.closest(40, 40), query, query, scratch));
            assertTrue(ORACLE.scan(TestGraph.closest(40, 40), query, query, oracleScratch));
            assertEquals(40, scratch.results());
            for (int i = 0; i < 40; i++) {
                double expected = -TestGraph.distance(query, points[scratch.ordinal(i)]);
                double tolerance = (elementBytes == 2 ? 4e-3 : 1e-4) * (1 - expected);
                assertEquals(expected, scratch.score(i), tolerance, "result " + i);
                assertEquals(oracleScratch.score(i), scratch.score(i), tolerance, "result " + i);
            }
            scratch.close();
            oracleScratch.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 48, 130})
    void linksTheSamePointsAsTheOracleWhateverTheParts(int dimension) {
        float[][] points = TestGraph.clustered(600, dimension, 5);
        try (Arena arena = Arena.ofConfined()) {
            TestGraph oracle = new TestGraph(ORACLE, points, 4, 1, arena);
            TestGraph one = new TestGraph(kernels(), points, 4, 1, arena);
            TestGraph three = new TestGraph(kernels(), points, 4, 3, arena);
            int[] expected = one.neighbours.toArray(JAVA_INT);
            assertArrayEquals(expected, three.neighbours.toArray(JAVA_INT));
            // A coordinate on the edge between two codes may fall either way: sums are rounded in another order.
            int[] scalar = oracle.neighbours.toArray(JAVA_INT);
            long same = IntStream.range(0, expected.length)
                    .filter(i -> scalar[i] == expected[i])
                    .count();
            assertTrue(same > 0.98 * expected.length, same + " of " + expected.length + " agree with the oracle");
        }
    }

    @ParameterizedTest
    @CsvSource({"24,2,1", "24,2,4", "24,4,2", "100,2,1", "100,4,2", "100,2,4"})
    void findsNearlyAllNeighboursAsTheOracleDoes(int dimension, int elementBytes, int bits) {
        try (Arena arena = Arena.ofConfined()) {
            float[][] all = TestGraph.clustered(COUNT + 60, dimension, 3);
            TestGraph test = new TestGraph(kernels(), Arrays.copyOf(all, COUNT), elementBytes, bits, 2, arena);
            int found = 0;
            int oracleFound = 0;
            try (GraphScratch scratch = new GraphScratch(test.graph)) {
                for (int q = COUNT; q < all.length; q++) {
                    Set<Integer> expected =
                            IntStream.of(test.exact(all[q], 10)).boxed().collect(Collectors.toSet());
                    kernels().search(TestGraph.closest(10, 60), all[q], all[q], scratch);
                    found += hits(scratch, expected);
                    ORACLE.search(TestGraph.closest(10, 60), all[q], all[q], scratch);
                    oracleFound += hits(scratch, expected);
                }
            }
            assertTrue(found >= 0.97 * 600, "recall " + found / 600.0);
            assertEquals(oracleFound, found, 600 * 0.02);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,4", "24,2", "31,4", "100,2", "100,4", "130,2"})
    void leanFindsNearlyAllNeighboursAsTheOracleDoes(int dimension, int elementBytes) {
        try (Arena arena = Arena.ofConfined()) {
            float[][] all = TestGraph.clustered(COUNT + 60, dimension, 3);
            TestGraph test = lean(Arrays.copyOf(all, COUNT), elementBytes, arena);
            test.graph.verify();
            int found = 0;
            int oracleFound = 0;
            try (GraphScratch scratch = new GraphScratch(test.graph)) {
                for (int q = COUNT; q < all.length; q++) {
                    Set<Integer> expected =
                            IntStream.of(test.exact(all[q], 10)).boxed().collect(Collectors.toSet());
                    kernels().search(TestGraph.closest(10, 80), all[q], all[q], scratch);
                    assertEquals(10, scratch.results());
                    for (int i = 0; i < 10; i++) {
                        double exact = -TestGraph.distance(all[q], test.points[scratch.ordinal(i)]);
                        assertEquals(exact, scratch.score(i), (elementBytes == 2 ? 4e-3 : 1e-4) * (1 - exact));
                        assertTrue(i == 0 || scratch.score(i) <= scratch.score(i - 1));
                    }
                    found += hits(scratch, expected);
                    ORACLE.search(TestGraph.closest(10, 80), all[q], all[q], scratch);
                    oracleFound += hits(scratch, expected);
                }
            }
            // In one dimension points lie closer together than codes of 4 bits tell.
            assertTrue(found >= (dimension == 1 ? 0.1 : 0.95) * 600, "recall " + found / 600.0);
            assertEquals(oracleFound, found, 600 * 0.02);
        }
    }

    private TestGraph lean(float[][] points, int elementBytes, Arena arena) {
        return new TestGraph(kernels(), points, elementBytes, 4, GraphLayout.LEAN, 2, arena);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 33, 65})
    void leanScansAndSearchesTheSmallestGraphs(int count) {
        try (Arena arena = Arena.ofConfined()) {
            TestGraph test = lean(TestGraph.clustered(count, 7, 8), 4, arena);
            float[] query = TestGraph.clustered(1, 7, 80)[0];
            try (GraphScratch scratch = new GraphScratch(test.graph)) {
                GraphSearch all =
                        new GraphSearch(count, count, count, 3, 0, 0, -1, GraphFilter.NONE, MemorySegment.NULL);
                assertTrue(kernels().scan(all, query, query, scratch));
                assertArrayEquals(test.exact(query, count), TestGraph.found(scratch));
                assertTrue(kernels().search(all, query, query, scratch));
                assertArrayEquals(test.exact(query, count), TestGraph.found(scratch));
            }
        }
    }

    @Test
    void leanScoresByCodesWhereThereIsNothingToRefine() {
        try (Arena arena = Arena.ofConfined()) {
            TestGraph refined = lean(TestGraph.clustered(COUNT, 64, 9), 2, arena);
            Graph plain = new Graph(
                    refined.space,
                    COUNT,
                    refined.graph.rows(),
                    refined.graph.ordinals(),
                    refined.graph.vertices(),
                    refined.graph.biases(),
                    GraphRefinement.NONE,
                    arena);
            float[] query = TestGraph.clustered(1, 64, 82)[0];
            try (GraphScratch scratch = new GraphScratch(plain);
                    GraphScratch oracle = new GraphScratch(plain)) {
                assertTrue(kernels().search(TestGraph.closest(10, 60), query, query, scratch));
                assertTrue(ORACLE.search(TestGraph.closest(10, 60), query, query, oracle));
                for (int i = 0; i < 10; i++) {
                    double exact = -TestGraph.distance(query, refined.points[scratch.ordinal(i)]);
                    assertEquals(exact, scratch.score(i), -0.1 * exact);
                    assertEquals(oracle.score(i), scratch.score(i), -0.01 * exact);
                }
            }
        }
    }

    @Test
    void leanReturnsOnlyWhatTheFilterAcceptsAndStopsWhenAsked() {
        try (Arena arena = Arena.ofConfined()) {
            TestGraph test = lean(TestGraph.clustered(COUNT, 40, 9), 4, arena);
            MemorySegment filter = arena.allocate(JAVA_LONG, Math.ceilDiv(COUNT, 64));
            for (int i = 0; i < COUNT; i += 5) {
                filter.setAtIndex(JAVA_LONG, i / 64, filter.getAtIndex(JAVA_LONG, i / 64) | 1L << i);
            }
            float[] query = TestGraph.clustered(1, 40, 78)[0];
            int[] expected = IntStream.of(test.exact(query, COUNT))
                    .filter(i -> i % 5 == 0)
                    .limit(10)
                    .toArray();
            MemorySegment stop = arena.allocate(JAVA_INT);
            GraphSearch search = new GraphSearch(10, 40, 60, 3, 0, 0, -1, new GraphFilter(filter, 10, COUNT), stop);
            try (GraphScratch scratch = new GraphScratch(test.graph)) {
                assertTrue(kernels().scan(search, query, query, scratch));
                assertArrayEquals(expected, TestGraph.found(scratch));
                assertTrue(kernels().search(search, query, query, scratch));
                assertEquals(10, scratch.results());
                assertTrue(IntStream.of(TestGraph.found(scratch)).allMatch(i -> i % 5 == 0));
                stop.set(JAVA_INT, 0, 1);
                assertFalse(kernels().search(search, query, query, scratch));
                assertFalse(kernels().scan(search, query, query, scratch));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"FAST,1", "LEAN,4"})
    void readsNoByteBesideItsRows(GraphLayout layout, int bits) {
        List<GuardedMemory> guards = new ArrayList<>();
        for (int dimension : new int[] {1, 31, 33, 97, 160}) {
            try (Arena arena = Arena.ofConfined()) {
                TestGraph test =
                        new TestGraph(kernels(), TestGraph.clustered(200, dimension, 4), 2, bits, layout, 1, arena);
                MemorySegment rows = guarded(test.graph.rows(), guards);
                GraphRefinement refinement = test.graph.refinement();
                Graph graph = new Graph(
                        test.space,
                        200,
                        rows,
                        guarded(test.graph.ordinals(), guards),
                        guarded(test.graph.vertices(), guards),
                        guarded(test.graph.biases(), guards),
                        refinement.present()
                                ? new GraphRefinement(guarded(refinement.rows(), guards), dimension, 2, false)
                                : refinement,
                        arena);
                try (GraphScratch scratch = new GraphScratch(graph)) {
                    float[] query = test.points[3];
                    assertTrue(kernels().search(TestGraph.closest(200, 200), query, query, scratch));
                    assertTrue(kernels().scan(TestGraph.closest(200, 200), query, query, scratch));
                    assertEquals(200, scratch.results());
                }
            }
        }
        guards.forEach(GuardedMemory::close);
    }

    private static MemorySegment guarded(MemorySegment bytes, List<GuardedMemory> guards) {
        GuardedMemory guard = new GuardedMemory(bytes.byteSize());
        guards.add(guard);
        return guard.last(bytes.byteSize()).copyFrom(bytes);
    }

    private static int hits(GraphScratch scratch, Set<Integer> expected) {
        return (int) IntStream.of(TestGraph.found(scratch))
                .filter(expected::contains)
                .count();
    }

    @Test
    void enoughEffortFindsThemAllInOrder() {
        try (Arena arena = Arena.ofConfined()) {
            TestGraph test = new TestGraph(kernels(), TestGraph.clustered(COUNT, 40, 9), 4, 1, arena);
            float[] query = TestGraph.clustered(1, 40, 77)[0];
            try (GraphScratch scratch = new GraphScratch(test.graph)) {
                assertTrue(kernels().search(TestGraph.closest(100, COUNT), query, query, scratch));
                assertArrayEquals(test.exact(query, 100), TestGraph.found(scratch));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(GraphLayout.class)
    void findsAcceptedPointsThatLieToOneSideAndGivesUpWhenToldTo(GraphLayout layout) {
        try (Arena arena = Arena.ofConfined()) {
            float[][] points = TestGraph.clustered(COUNT, 64, 9);
            TestGraph test =
                    layout == GraphLayout.LEAN ? lean(points, 2, arena) : new TestGraph(kernels(), points, 4, 1, arena);
            MemorySegment filter = arena.allocate(JAVA_LONG, Math.ceilDiv(COUNT, 64));
            int[] accepted = IntStream.range(0, COUNT)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> points[i][0]))
                    .mapToInt(i -> i)
                    .limit(COUNT / 5)
                    .toArray();
            for (int i : accepted) {
                filter.setAtIndex(JAVA_LONG, i / 64, filter.getAtIndex(JAVA_LONG, i / 64) | 1L << i);
            }
            int queries = 20;
            int right = 0;
            try (GraphScratch scratch = new GraphScratch(test.graph)) {
                for (int q = 0; q < queries; q++) {
                    float[] query = TestGraph.clustered(1, 64, 79 + q)[0];
                    int[] expected = IntStream.of(test.exact(query, COUNT))
                            .filter(i -> (filter.getAtIndex(JAVA_LONG, i / 64) >>> i & 1) != 0)
                            .limit(10)
                            .toArray();
                    assertTrue(kernels().search(among(new GraphFilter(filter, 14, COUNT)), query, query, scratch));
                    right += (int) IntStream.of(TestGraph.found(scratch))
                            .filter(i -> IntStream.of(expected).anyMatch(e -> e == i))
                            .count();
                    assertTrue(kernels().search(among(new GraphFilter(filter, 14, 5)), query, query, scratch));
                    assertEquals(0, scratch.results());
                }
            }
            assertTrue(right >= 9 * queries, right + " of " + 10 * queries);
        }
    }

    private static GraphSearch among(GraphFilter filter) {
        return new GraphSearch(10, 20, 64, 2, 0, 0, -1, filter, MemorySegment.NULL);
    }

    @Test
    void returnsOnlyWhatTheFilterAccepts() {
        try (Arena arena = Arena.ofConfined()) {
            TestGraph test = new TestGraph(kernels(), TestGraph.clustered(COUNT, 40, 9), 4, 1, arena);
            MemorySegment filter = arena.allocate(JAVA_LONG, Math.ceilDiv(COUNT, 64));
            Random random = new Random(2);
            boolean[] accepted = new boolean[COUNT];
            for (int i = 0; i < COUNT; i++) {
                accepted[i] = random.nextInt(10) == 0;
                long word = filter.getAtIndex(JAVA_LONG, i / 64);
                filter.setAtIndex(JAVA_LONG, i / 64, accepted[i] ? word | 1L << i : word);
            }
            float[] query = TestGraph.clustered(1, 40, 78)[0];
            GraphSearch search =
                    new GraphSearch(10, 10, 100, 3, 0, 0, -1, new GraphFilter(filter, 10, COUNT), MemorySegment.NULL);
            int[] expected = IntStream.of(test.exact(query, COUNT))
                    .filter(i -> accepted[i])
                    .limit(10)
                    .toArray();
            try (GraphScratch scratch = new GraphScratch(test.graph)) {
                assertTrue(kernels().search(search, query, query, scratch));
                int[] found = TestGraph.found(scratch);
                assertEquals(10, found.length);
                assertTrue(IntStream.of(found).allMatch(i -> accepted[i]));
                long right = IntStream.of(found)
                        .filter(i -> IntStream.of(expected).anyMatch(e -> e == i))
                        .count();
                assertTrue(right >= 9, right + " of 10");
            }
        }
    }

    @Test
    void innerProductIsExactlyThatOfThePoints() {
        try (Arena arena = Arena.ofConfined()) {
            TestGraph test = new TestGraph(kernels(), TestGraph.clustered(200, 50, 4), 4, 1, arena);
            float[] query = TestGraph.clustered(1, 50, 79)[0];
            GraphSearch search =
                    new GraphSearch(20, 20, 200, 2, 0.5f, 0.5f, -0.5f, GraphFilter.NONE, MemorySegment.NULL);
            try (GraphScratch scratch = new GraphScratch(test.graph)) {
                assertTrue(kernels().search(search, query, query, scratch));
                for (int i = 0; i < 20; i++) {
                    double product = 0;
                    for (int j = 0; j < 50; j++) {
                        product += (double) query[j] * test.points[scratch.ordinal(i)][j];
                    }
                    assertEquals(product, scratch.score(i), 2e-4);
                }
            }
        }
    }

    @Test
    void everyPointIsReachableAmongManyEqualOnes() {
        float[][] points = TestGraph.clustered(400, 20, 6);
        for (int i = 100; i < 300; i++) {
            points[i] = points[99].clone();
        }
        try (Arena arena = Arena.ofConfined()) {
            TestGraph test = new TestGraph(kernels(), points, 4, 1, arena);
            BitSet reached = new BitSet();
            Deque<Integer> open = new ArrayDeque<>(List.of(0));
            while (!open.isEmpty()) {
                int point = open.remove();
                if (!reached.get(point)) {
                    reached.set(point);
                    IntStream.range(0, GraphSpace.DEGREE)
                            .map(i -> test.neighbours.getAtIndex(JAVA_INT, (long) point * GraphSpace.DEGREE + i))
                            .filter(next -> next >= 0)
                            .forEach(open::add);
                }
            }
            assertEquals(400, reached.cardinality());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 31, 33, 63, 65})
    void searchesAndScansTheSmallestGraphs(int count) {
        try (Arena arena = Arena.ofConfined()) {
            TestGraph test = new TestGraph(kernels(), TestGraph.clustered(count, 7, 8), 4, 1, arena);
            float[] query = TestGraph.clustered(1, 7, 80)[0];
            try (GraphScratch scratch = new GraphScratch(test.graph)) {
                assertTrue(kernels().scan(TestGraph.closest(count, count), query, query, scratch));
                assertArrayEquals(test.exact(query, count), TestGraph.found(scratch));
                int few = Math.min(3, count);
                assertTrue(kernels().search(TestGraph.closest(few, 200), query, query, scratch));
                assertArrayEquals(test.exact(query, few), TestGraph.found(scratch));
            }
        }
    }

    @Test
    void givesTheSameResultsWhenScratchIsUsedAgain() {
        try (Arena arena = Arena.ofConfined()) {
            TestGraph test = new TestGraph(kernels(), TestGraph.clustered(COUNT, 40, 9), 2, 1, arena);
            float[][] queries = TestGraph.clustered(20, 40, 81);
            try (GraphScratch used = new GraphScratch(test.graph)) {
                for (float[] query : queries) {
                    kernels().search(TestGraph.closest(10, 30), query, query, used);
                    try (GraphScratch fresh = new GraphScratch(test.graph)) {
                        kernels().search(TestGraph.closest(10, 30), query, query, fresh);
                        assertArrayEquals(TestGraph.found(fresh), TestGraph.found(used));
                    }
                }
            }
        }
    }

    @Test
    void stopsWhenAsked() {
        try (Arena arena = Arena.ofConfined()) {
            TestGraph test = new TestGraph(kernels(), TestGraph.clustered(COUNT, 40, 9), 2, 1, arena);
            MemorySegment stop = arena.allocate(JAVA_INT);
            stop.set(JAVA_INT, 0, 1);
            GraphSearch search = new GraphSearch(10, 10, 30, 3, 0, 0, -1, GraphFilter.NONE, stop);
            try (GraphScratch scratch = new GraphScratch(test.graph)) {
                assertFalse(kernels().search(search, test.points[0], test.points[0], scratch));
                assertEquals(0, scratch.results());
                GraphSearch impatient =
                        new GraphSearch(10, 10, 30, 3, 0, 0, -1, GraphFilter.NONE, MemorySegment.NULL, 1);
                assertFalse(kernels().search(impatient, test.points[0], test.points[0], scratch));
                assertFalse(kernels().scan(impatient, test.points[0], test.points[0], scratch));
                GraphSearch patient =
                        new GraphSearch(10, 10, 30, 3, 0, 0, -1, GraphFilter.NONE, MemorySegment.NULL, Long.MAX_VALUE);
                assertTrue(kernels().search(patient, test.points[0], test.points[0], scratch));
            }
        }
    }

    @Test
    void refusesWhatIsWrong() {
        try (Arena arena = Arena.ofConfined()) {
            TestGraph test = new TestGraph(kernels(), TestGraph.clustered(50, 40, 9), 2, 1, arena);
            test.graph.verify();
            try (GraphScratch scratch = new GraphScratch(test.graph)) {
                assertMessage(
                        "covered: expected 1 to 6, got 7",
                        () -> new GraphSearch(
                                5,
                                6,
                                9,
                                3,
                                0,
                                0,
                                -1,
                                new GraphFilter(MemorySegment.ofAddress(64), 7, 9),
                                MemorySegment.NULL));
                assertMessage(
                        "query: expected 40 elements, got 39",
                        () -> kernels().search(TestGraph.closest(1, 1), new float[39], new float[39], scratch));
                assertMessage("effort must be at least 5, got 4", () -> TestGraph.closest(5, 4));
            }
            assertMessage(
                    "kept: expected 5 to 9, got 4",
                    () -> new GraphSearch(5, 4, 9, 3, 0, 0, -1, GraphFilter.NONE, MemorySegment.NULL));
            test.graph.rows().set(JAVA_INT, 3 * test.space.rowBytes() + test.space.idsOffset(), 50);
            assertMessage("graph, neighbour of vertex 3: expected less than 50, got 50", () -> test.graph.verify());
        }
    }

    private static void assertMessage(String expected, org.junit.jupiter.api.function.Executable call) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
