package io.vecino.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Arguments that would make the native code read or write elsewhere are refused, with a message that says what to fix. */
final class ArgumentsTest {

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment query = arena.allocate(4 * 10);
    private final MemorySegment rows = arena.allocate(40 * 5);
    private final MemorySegment ordinals = arena.allocate(4 * 5);
    private final MemorySegment scores = arena.allocate(4 * 5);

    @AfterEach
    void free() {
        arena.close();
    }

    @ParameterizedTest
    @EnumSource
    void refusesSizesThatDoNotFit(KernelLevel level) {
        Kernels k = KernelsContract.require(level);
        Kernel f32 = Kernel.DOT_F32;
        refuses("dimension must be at least 1, got 0", () -> k.scoreRows(f32, query, rows, 40, 5, 0, scores));
        refuses("count must be at least 0, got -1", () -> k.scoreRows(f32, query, rows, 40, -1, 10, scores));
        refuses("strideBytes must be at least 40, got 39", () -> k.scoreRows(f32, query, rows, 39, 5, 10, scores));
        refuses("query must hold at least 44 bytes, got 40", () -> k.scoreRows(f32, query, rows, 44, 1, 11, scores));
        refuses(
                "rows must hold 6 rows of 40 bytes, 40 bytes apart; it holds 5, having 200 bytes",
                () -> k.scoreRows(f32, query, rows, 40, 6, 10, scores));
        refuses(
                "scores must hold at least 20 bytes, got 16",
                () -> k.scoreRows(f32, query, rows, 40, 5, 10, scores.asSlice(4)));
        refuses("row must hold at least 40 bytes, got 39", () -> k.score(f32, query, rows.asSlice(161), 10));
        refuses("query must hold at least 44 bytes, got 40", () -> k.score(f32, query, rows, 11));
        refuses("to must hold count elements, that is 11 of 4 bytes", () -> k.decodeF16(rows, query, 11));
        refuses("from must hold count elements, that is 11 of 4 bytes", () -> k.encodeF16(query, rows, 11));
        refuses("count must be at least 0, got -1", () -> k.encodeF16(query, rows, -1));
    }

    @ParameterizedTest
    @EnumSource
    void refusesLevelsThatDoNotFit(KernelLevel level) {
        Kernels k = KernelsContract.require(level);
        refuses("bits must be in [1, 8], got 9", () -> k.packLevels(9, query, 1, 10, rows, 40, 0));
        refuses("bits must be in [1, 8], got 0", () -> k.unpackLevels(0, rows, 40, 0, 1, 10, query));
        refuses("dimension must be at least 1, got 0", () -> k.packLevels(4, query, 1, 0, rows, 40, 0));
        refuses("levels must hold at least 50 bytes, got 40", () -> k.packLevels(4, query, 5, 10, rows, 40, 0));
        refuses("strideBytes must be at least 5, got 4", () -> k.packLevels(4, query, 1, 10, rows, 4, 0));
        refuses("offsetBytes must be at least 0, got -1", () -> k.packLevels(4, query, 1, 10, rows, 40, -1));
        refuses("rows must hold at least 201 bytes, got 200", () -> k.packLevels(4, query, 1, 10, rows, 40, 201));
        refuses("it holds 3, having 164 bytes", () -> k.packLevels(4, query, 4, 10, rows, 54, 36));
        refuses("rows must be writable", () -> k.packLevels(4, query, 1, 10, rows.asReadOnly(), 40, 0));
        refuses("levels must be writable", () -> k.unpackLevels(4, rows, 40, 0, 1, 10, query.asReadOnly()));
        k.packLevels(4, query, 0, 10, rows, 40, 200);
        k.packLevels(4, query, 4, 10, rows, 53, 36);
    }

    @ParameterizedTest
    @EnumSource
    void refusesInt8QueriesThatDoNotFit(KernelLevel level) {
        Kernels k = KernelsContract.require(level);
        refuses("query must hold at least 41 bytes, got 40", () -> k.score(Kernel.QDOT_U4, query, rows, 41));
        refuses(
                "dimension must be at most 65536 for QDOT_U1, got 65537",
                () -> k.score(Kernel.QDOT_U1, query, rows, 65_537));
        refuses(
                "queries must hold queryCount * dimension int8, that is 60 of 1 bytes each, got 40 bytes",
                () -> k.scoreBatch(Kernel.QDOT_U4, query, 6, rows, 40, 1, 10, scores));
        refuses("kernel must be one of DOT_U1 to DOT_U8, got DOT_I8", Kernel.DOT_I8::withInt8Query);
    }

    @ParameterizedTest
    @EnumSource
    void refusesBlocksThatDoNotFit(KernelLevel level) {
        Kernels k = KernelsContract.require(level);
        MemorySegment luts = arena.allocate(16 * 5);
        MemorySegment blocks = arena.allocate(3 * 32 * 2);
        MemorySegment sums = arena.allocate(64 * 2);
        refuses("subquantizers must be at least 1, got 0", () -> k.fastScan(luts, blocks, 2, 0, sums));
        refuses("subquantizers must be at most 256, got 257", () -> k.fastScan(luts, blocks, 2, 257, sums));
        refuses("queryCount must be at least 0, got -1", () -> k.fastScan(luts, -1, blocks, 2, 5, sums));
        refuses("blockCount must be at least 0, got -1", () -> k.fastScan(luts, blocks, -1, 5, sums));
        refuses(
                "luts must hold queryCount * subquantizers tables, that is 10 of 16 bytes",
                () -> k.fastScan(luts, 2, blocks, 1, 5, sums));
        refuses("blocks must hold at least 288 bytes, got 192", () -> k.fastScan(luts, blocks, 3, 5, sums));
        refuses(
                "sums must hold queryCount * blockCount blocks of uint16, that is 2 of 64 bytes",
                () -> k.fastScan(luts, blocks, 2, 5, sums.asSlice(1)));
        refuses("sums must be writable", () -> k.fastScan(luts, blocks, 2, 5, sums.asReadOnly()));
        refuses("codes must hold at least 320 bytes, got 200", () -> k.packFastScan(rows, 64, 5, blocks));
        refuses("blocks must hold at least 192 bytes, got 128", () -> k.packFastScan(rows, 33, 5, sums));
        refuses("blocks must be writable", () -> k.packFastScan(rows, 33, 5, blocks.asReadOnly()));
        refuses("codes must be writable", () -> k.unpackFastScan(blocks, 33, 5, rows.asReadOnly()));
        refuses("count must be at least 0, got -1", () -> k.unpackFastScan(blocks, -1, 5, rows));
        k.fastScan(luts, 0, blocks, 2, 5, sums);
        k.fastScan(luts, blocks, 0, 5, sums);
    }

    @ParameterizedTest
    @EnumSource
    void refusesProductsBeyondALong(KernelLevel level) {
        Kernels k = KernelsContract.require(level);
        int most = Integer.MAX_VALUE;
        refuses("rows must hold", () -> k.scoreRows(Kernel.DOT_I8, query, rows, Long.MAX_VALUE, 5, 10, scores));
        refuses("rows must hold", () -> k.scoreRows(Kernel.DOT_I8, query, rows, 10, most, 10, scores));
        refuses("query must hold", () -> k.scoreRows(Kernel.DOT_F32, query, rows, 1L << 40, 1, most, scores));
        refuses(
                "queries must hold",
                () -> k.scoreBatch(Kernel.DOT_F32, query, most, rows, Long.MAX_VALUE, 1, most, scores));
        refuses("from must hold", () -> k.decodeF16(query, rows, Long.MAX_VALUE));
    }

    @ParameterizedTest
    @EnumSource
    void refusesABatchWhoseScoresDoNotFit(KernelLevel level) {
        Kernels k = KernelsContract.require(level);
        MemorySegment queries = arena.allocate(4 * 10 * 3);
        refuses(
                "queries must hold queryCount * dimension float32, that is 40 of 4 bytes each, got 120 bytes",
                () -> k.scoreBatch(Kernel.DOT_F32, queries, 4, rows, 40, 1, 10, scores));
        refuses(
                "scores must hold queryCount * count float32, that is 6 of 4 bytes each, got 20 bytes",
                () -> k.scoreBatch(Kernel.DOT_F32, queries, 3, rows, 40, 2, 10, scores));
        refuses("queryCount must be", () -> k.scoreBatch(Kernel.DOT_F32, queries, -1, rows, 40, 2, 10, scores));
    }

    @ParameterizedTest
    @EnumSource
    void refusesHeapAndReadOnlySegments(KernelLevel level) {
        Kernels k = KernelsContract.require(level);
        MemorySegment heap = MemorySegment.ofArray(new float[50]);
        Kernel f32 = Kernel.DOT_F32;
        refuses("query must be a native segment", () -> k.score(f32, heap, rows, 10));
        refuses("row must be a native segment", () -> k.score(f32, query, heap, 10));
        refuses("rows must be a native segment", () -> k.scoreRows(f32, query, heap, 40, 5, 10, scores));
        refuses("scores must be a native segment", () -> k.scoreRows(f32, query, rows, 40, 5, 10, heap));
        refuses("ordinals must be a native segment", () -> k.scoreOrdinals(f32, query, rows, 40, heap, 5, 10, scores));
        refuses("scores must be writable", () -> k.scoreRows(f32, query, rows, 40, 5, 10, scores.asReadOnly()));
        refuses("to must be writable", () -> k.encodeF16(query, rows.asReadOnly(), 10));
    }

    @ParameterizedTest
    @EnumSource
    void refusesOrdinalsOutsideTheRows(KernelLevel level) {
        Kernels k = KernelsContract.require(level);
        for (int position = 0; position < 5; position++) {
            for (int wrong : new int[] {5, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                ordinals.fill((byte) 0);
                ordinals.setAtIndex(ValueLayout.JAVA_INT, position, wrong);
                refuses(
                        "ordinals[" + position + "] must be in [0, 5), got " + wrong,
                        () -> k.scoreOrdinals(Kernel.DOT_F32, query, rows, 40, ordinals, 5, 10, scores));
            }
        }
        refuses("ordinals[0] must be in [0, 0), got 0", () -> {
            ordinals.fill((byte) 0);
            k.scoreOrdinals(Kernel.DOT_F32, query, rows.asSlice(0, 39), 40, ordinals, 5, 10, scores);
        });
    }

    @ParameterizedTest
    @EnumSource
    void acceptsNothingToDo(KernelLevel level) {
        Kernels k = KernelsContract.require(level);
        MemorySegment none = arena.allocate(0);
        k.scoreRows(Kernel.DOT_F32, query, none, 40, 0, 10, none);
        k.scoreOrdinals(Kernel.DOT_F32, query, none, 40, none, 0, 10, none);
        k.scoreBatch(Kernel.DOT_F32, none, 0, rows, 40, 5, 10, none);
        k.scoreBatch(Kernel.DOT_F32, query, 1, none, 40, 0, 10, none);
        k.encodeF16(none, none, 0);
        k.decodeF16(none, none, 0);
        assertEquals(level, k.level());
    }

    @ParameterizedTest
    @EnumSource
    void refusesClosedSegments(KernelLevel level) {
        Kernels k = KernelsContract.require(level);
        MemorySegment closed;
        try (Arena brief = Arena.ofConfined()) {
            closed = brief.allocate(40 * 5);
        }
        assertThrows(IllegalStateException.class, () -> k.scoreRows(Kernel.DOT_F32, query, closed, 40, 5, 10, scores));
    }

    private static void refuses(String message, Runnable call) {
        IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, call::run);
        String got = String.valueOf(thrown.getMessage());
        assertTrue(got.contains(message), () -> "expected '" + message + "', got '" + got + "'");
    }
}
