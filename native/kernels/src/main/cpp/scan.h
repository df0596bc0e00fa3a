// The kernels, written once over a level's vector type. Included by exactly one translation unit per level; everything
// is in an unnamed namespace, because a function compiled with one level's flags must never be linked into another.
//
// Every (query, row) pair is accumulated in one vector register in index order and reduced by the same tree, whatever
// tile it falls in: within a level pair, rows, ordinals and batch give bit-identical scores.
#pragma once

#include "candidates.h"
#include "fast_scan.h"
#include "levels.h"
#include "pack.h"
#include "rows.h"
#include "vecino_kernels.h"

namespace {

template <class Level>
struct dot {
    using V = typename Level::V;
    using Sum = V;
    static constexpr int64_t query_bytes = f32::bytes;
    static constexpr int queries_per_tile = Level::queries_per_dot_tile;
    static V add(V sum, V query, V row) { return Level::multiply_add(query, row, sum); }
};

template <class Level>
struct l2 {
    using V = typename Level::V;
    using Sum = V;
    static constexpr int64_t query_bytes = f32::bytes;
    static constexpr int queries_per_tile = Level::queries_per_l2_tile;
    static V add(V sum, V query, V row) {
        const V difference = Level::subtract(query, row);
        return Level::multiply_add(difference, difference, sum);
    }
};

// Queries of int8, sums of int32.
template <class Level>
struct qdot {
    using Sum = typename Level::I;
    static constexpr int64_t query_bytes = i8::bytes;
};

constexpr int kRowsPerTile = 4;
// Rows of a tile of one query over packed rows, where the registers hold so many: more chains of sums, fewer loads.
constexpr int kPackedRowsPerTile = 8;
// How far ahead of a scan memory is asked for. The hardware prefetcher alone reaches 46 to 94 % of the streamed read
// rate (less, the smaller the elements), this distance 72 to 99 %; half of it is slower (measured by scan_speed).
constexpr int64_t kScanAhead = 8192;
// Rows of a gather that are asked for, counted from the group being scored: as many as fit these bytes, within bounds.
// More evicts what is needed next, fewer leave most of the latency of short rows to be waited for.
constexpr int64_t kGatherAheadBytes = 24 * 1024;
constexpr int64_t kFewestGatherAhead = 3 * kRowsPerTile;
constexpr int64_t kMostGatherAhead = 8 * kRowsPerTile;
// Rows that one pass of a batch keeps warm in the second-level cache while all queries go over them.
constexpr int64_t kBatchBlockBytes = 256 * 1024;

inline void store(unsigned char* to, float value) { __builtin_memcpy(to, &value, sizeof value); }

inline int32_t load_int(Bytes from) {
    int32_t value;
    __builtin_memcpy(&value, from, sizeof value);
    return value;
}

template <class Op>
constexpr bool kOnLevels = Op::query_bytes == i8::bytes;

// Scores Q queries against R rows (R is 1 or a multiple of 4); the scores of query q go to scores + q * score_stride.
template <class Level, class Op, class Type, int Q, int R>
inline void score_tile(const Tile<Q, R>& tile, unsigned char* scores, int64_t score_stride, int64_t ahead = 0) {
    using Sum = typename Op::Sum;
    Sum sums[Q][R];
#pragma GCC unroll 8
    for (int q = 0; q < Q; q++) {
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) sums[q][r] = Level::zero(Sum{});
    }
    if constexpr (kOnLevels<Op>) {
        accumulate_levels<Level>(Type{}, tile, sums);
    } else {
        accumulate<Level, Op>(Type{}, tile, ahead, sums);
    }
#pragma GCC unroll 8
    for (int q = 0; q < Q; q++) {
        unsigned char* to = scores + q * score_stride;
        if constexpr (R % 4 == 0) {
#pragma GCC unroll 2
            for (int r = 0; r < R; r += 4) {
                Level::store4(to + r * f32::bytes,
                              Level::reduce4(sums[q][r], sums[q][r + 1], sums[q][r + 2], sums[q][r + 3]));
            }
        } else {
            static_assert(R == 1);
            const Sum sum = sums[q][0];
            store(to, Level::first(Level::reduce4(sum, sum, sum, sum)));
        }
    }
}

template <class Level, class Op, class Type>
float score_pair(Bytes query, Bytes row, int64_t dimension) {
    unsigned char score[sizeof(float)];
    const Bytes rows[1] = {row};
    score_tile<Level, Op, Type>(Tile<1, 1>{query, 0, rows, dimension}, score, 0);
    float value;
    __builtin_memcpy(&value, score, sizeof value);
    return value;
}

inline void prefetch_run(Bytes from, int64_t ahead, int64_t bytes) {
    for (int64_t offset = 0; offset < bytes; offset += kCacheLine) {
        prefetch(from, static_cast<uint64_t>(ahead + offset));
    }
}

// What a group of queries asks for while it goes over a block of rows: its share of the block after it.
struct Share {
    int64_t offset = 0;     // of the share, from the first row of this block
    int64_t tile_bytes = 0;  // asked for at each tile of rows
};

// Tiles of R rows from row i on, while they last; returns the row after them.
template <class Level, class Op, class Type, int Q, int R>
int64_t score_tiles(Bytes queries, Bytes rows, int64_t stride, int64_t i, int64_t count, int64_t dimension,
                    unsigned char* scores, int64_t score_stride, Share share = {}) {
    const int64_t query_stride = dimension * Op::query_bytes;
    // Codes that are a small part of larger records are left to the hardware.
    const int64_t row_bytes = Type::row_bytes(dimension);
    const int64_t tile_bytes = R * (stride < 2 * row_bytes ? stride : row_bytes);
    for (; i + R <= count; i += R) {
        Bytes group[R];
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) group[r] = rows + (i + r) * stride;
        const bool more = R > 1 && (count - i) * stride > kScanAhead;
        // Packed rows are read too little at a time to ask for memory at every step.
        if constexpr (Q == 1 && (Type::packed || kOnLevels<Op>)) {
            if (more) prefetch_run(group[0], kScanAhead, tile_bytes);
        }
        if constexpr (Q > 1) prefetch_run(rows, share.offset + i / R * share.tile_bytes, share.tile_bytes);
        const Tile<Q, R> tile{queries, query_stride, group, dimension};
        score_tile<Level, Op, Type>(tile, scores + i * f32::bytes, score_stride, more ? kScanAhead : 0);
    }
    return i;
}

// Q queries over contiguous rows.
template <class Level, class Op, class Type, int Q>
void score_run(Bytes queries, Bytes rows, int64_t stride, int64_t count, int64_t dimension, unsigned char* scores,
               int64_t score_stride, Share share = {}) {
    int64_t i = 0;
    if constexpr (Q == 1 && (Type::packed || kOnLevels<Op>) && Level::many_registers) {
        i = score_tiles<Level, Op, Type, Q, kPackedRowsPerTile>(queries, rows, stride, i, count, dimension, scores,
                                                                score_stride);
    }
    i = score_tiles<Level, Op, Type, Q, kRowsPerTile>(queries, rows, stride, i, count, dimension, scores, score_stride,
                                                      share);
    score_tiles<Level, Op, Type, Q, 1>(queries, rows, stride, i, count, dimension, scores, score_stride);
}

inline void prefetch_row(Bytes rows, int64_t stride, int32_t ordinal, int64_t bytes) {
    const uint64_t at = static_cast<uint64_t>(ordinal) * static_cast<uint64_t>(stride);
    for (int64_t offset = 0; offset < bytes; offset += kCacheLine) prefetch(rows, at + static_cast<uint64_t>(offset));
}

template <class Level, class Op, class Type>
int32_t score_ordinals(Bytes query, Bytes rows, int64_t stride, int64_t row_count, Bytes ordinals, int32_t count,
                       int64_t dimension, unsigned char* scores) {
    const int64_t row_bytes = Type::row_bytes(dimension);
    const auto ordinal = [&](int64_t i) { return load_int(ordinals + i * static_cast<int64_t>(sizeof(int32_t))); };
    // Unsigned, so that a negative ordinal is too large.
    const auto valid = [&](int64_t o) { return static_cast<uint64_t>(o) < static_cast<uint64_t>(row_count); };
    const int64_t fitting = kGatherAheadBytes / row_bytes;
    const int64_t gather_ahead = fitting < kFewestGatherAhead  ? kFewestGatherAhead
                                 : fitting > kMostGatherAhead ? kMostGatherAhead
                                                              : fitting;
    int64_t asked = kRowsPerTile;
    int64_t i = 0;
    for (; i + kRowsPerTile <= count; i += kRowsPerTile) {
        int32_t own[kRowsPerTile];
        for (int r = 0; r < kRowsPerTile; r++) own[r] = ordinal(i + r);
        for (int r = 0; r < kRowsPerTile; r++) {
            if (!valid(own[r])) return static_cast<int32_t>(i + r + 1);
        }
        while (asked < count && asked < i + gather_ahead) prefetch_row(rows, stride, ordinal(asked++), row_bytes);
        const Bytes group[kRowsPerTile] = {rows + own[0] * stride, rows + own[1] * stride, rows + own[2] * stride,
                                           rows + own[3] * stride};
        const Tile<1, kRowsPerTile> tile{query, 0, group, dimension};
        score_tile<Level, Op, Type>(tile, scores + i * f32::bytes, 0);
    }
    for (; i < count; i++) {
        const int32_t own = ordinal(i);
        if (!valid(own)) return static_cast<int32_t>(i + 1);
        const Bytes group[1] = {rows + own * stride};
        score_tile<Level, Op, Type>(Tile<1, 1>{query, 0, group, dimension}, scores + i * f32::bytes, 0);
    }
    return 0;
}

// score_run for a number of queries known only at run time, at most Q.
template <class Level, class Op, class Type, int Q>
void score_group(int group, Bytes queries, Bytes rows, int64_t stride, int64_t count, int64_t dimension,
                 unsigned char* scores, int64_t score_stride, Share share) {
    if constexpr (Q > 1) {
        if (group < Q) {
            score_group<Level, Op, Type, Q - 1>(group, queries, rows, stride, count, dimension, scores, score_stride,
                                                share);
            return;
        }
    }
    score_run<Level, Op, Type, Q>(queries, rows, stride, count, dimension, scores, score_stride, share);
}

template <class Level, class Op, class Type>
constexpr int most_queries() {
    if constexpr (kOnLevels<Op>) {
        return Level::queries_per_level_tile(Type{});
    } else if constexpr (Type::packed) {
        return Level::queries_per_packed_tile;
    } else {
        return Op::queries_per_tile;
    }
}

template <class Level, class Op, class Type>
int32_t score_batch(Bytes queries, int64_t query_count, Bytes rows, int64_t stride, int64_t count, int64_t dimension,
                    unsigned char* scores) {
    constexpr int kMost = most_queries<Level, Op, Type>();
    if (query_count == 0) return 0;
    const int64_t query_bytes = dimension * Op::query_bytes;
    const int64_t score_stride = count * f32::bytes;
    const int64_t fitting = kBatchBlockBytes / Type::row_bytes(dimension) / kRowsPerTile * kRowsPerTile;
    const int64_t block = fitting < kRowsPerTile ? kRowsPerTile : fitting;
    for (int64_t from = 0; from < count; from += block) {
        const int64_t size = count - from < block ? count - from : block;
        const int64_t most_groups = (query_count + kMost - 1) / kMost;
        // Past the last row as well: a scan goes on there, and asking never faults.
        Share share{size * stride, (kRowsPerTile * stride + most_groups - 1) / most_groups};
        if (stride >= 2 * Type::row_bytes(dimension)) share.tile_bytes = 0;
        for (int64_t q = 0; q < query_count;) {
            // Groups of nearly equal size: a last group of one would cost as much memory traffic as a full one.
            const int64_t left = query_count - q;
            const int64_t groups = (left + kMost - 1) / kMost;
            const int group = static_cast<int>((left + groups - 1) / groups);
            score_group<Level, Op, Type, kMost>(group, queries + q * query_bytes, rows + from * stride, stride, size,
                                                dimension, scores + q * score_stride + from * f32::bytes, score_stride,
                                                share);
            share.offset += size / kRowsPerTile * share.tile_bytes;
            q += group;
        }
    }
    return 0;
}

template <class Level, class From, class To>
void convert(Bytes from, unsigned char* to, int64_t count) {
    int64_t i = 0;
    for (; i + Level::lanes <= count; i += Level::lanes) {
        Level::store(To{}, to + i * To::bytes, Level::load(From{}, from + i * From::bytes));
    }
    if (i < count) {
        const int rest = static_cast<int>(count - i);
        const auto last = Level::load_part(From{}, from + i * From::bytes, rest, i != 0);
        Level::store_part(To{}, to + i * To::bytes, last, rest);
    }
}
template <class Level, class Type>
void encode(Bytes from, unsigned char* to, int64_t count) {
    convert<Level, f32, Type>(from, to, count);
}
template <class Level, class Type>
void decode(Bytes from, unsigned char* to, int64_t count) {
    convert<Level, Type, f32>(from, to, count);
}

}  // namespace

#define VECINO_DEFINE_KERNEL(op, type, level)                                                                        \
    float vecino_##op##_##type##_##level##_pair(const void* query, const void* row, int32_t dimension) {             \
        return score_pair<level, op<level>, type>(static_cast<Bytes>(query), static_cast<Bytes>(row), dimension);    \
    }                                                                                                                \
    int32_t vecino_##op##_##type##_##level##_rows(const void* query, const void* rows, int64_t stride, int32_t count, \
                                                  int32_t dimension, void* scores) {                                 \
        score_run<level, op<level>, type, 1>(static_cast<Bytes>(query), static_cast<Bytes>(rows), stride, count,     \
                                             dimension, static_cast<unsigned char*>(scores), 0);                     \
        return 0;                                                                                                    \
    }                                                                                                                \
    int32_t vecino_##op##_##type##_##level##_ordinals(const void* query, const void* rows, int64_t stride,           \
                                                      int64_t row_count, const void* ordinals, int32_t count,        \
                                                      int32_t dimension, void* scores) {                             \
        return score_ordinals<level, op<level>, type>(static_cast<Bytes>(query), static_cast<Bytes>(rows), stride,   \
                                                      row_count, static_cast<Bytes>(ordinals), count, dimension,     \
                                                      static_cast<unsigned char*>(scores));                          \
    }                                                                                                                \
    int32_t vecino_##op##_##type##_##level##_batch(const void* queries, int32_t query_count, const void* rows,       \
                                                   int64_t stride, int32_t count, int32_t dimension, void* scores) { \
        return score_batch<level, op<level>, type>(static_cast<Bytes>(queries), query_count,                         \
                                                   static_cast<Bytes>(rows), stride, count, dimension,               \
                                                   static_cast<unsigned char*>(scores));                             \
    }

#define VECINO_DEFINE_CONVERSION(direction, type, level)                                                 \
    int32_t vecino_##direction##_##type##_##level(const void* from, void* to, int64_t count) {           \
        direction<level, type>(static_cast<Bytes>(from), static_cast<unsigned char*>(to), count);        \
        return 0;                                                                                        \
    }

#define VECINO_DEFINE_PACKING(direction, level)                                                                 \
    int32_t vecino_##direction##_levels_##level(const void* from, void* to, int64_t stride, int32_t count,      \
                                                int32_t dimension, int32_t bits) {                              \
        direction(static_cast<Bytes>(from), static_cast<unsigned char*>(to), stride, count, dimension, bits);   \
        return 0;                                                                                               \
    }

#define VECINO_DEFINE_FAST_SCAN(level)                                                                             \
    int32_t vecino_fast_scan_##level(const void* luts, int32_t query_count, const void* blocks,                    \
                                     int32_t block_count, int32_t subquantizers, void* sums) {                     \
        fast_scan<level>(static_cast<Bytes>(luts), query_count, static_cast<Bytes>(blocks), block_count,           \
                         subquantizers, static_cast<unsigned char*>(sums));                                        \
        return 0;                                                                                                  \
    }                                                                                                              \
    int32_t vecino_pack_fast_scan_##level(const void* codes, void* blocks, int32_t count, int32_t subquantizers) { \
        pack_blocks(static_cast<Bytes>(codes), static_cast<unsigned char*>(blocks), count, subquantizers);         \
        return 0;                                                                                                  \
    }                                                                                                              \
    int32_t vecino_unpack_fast_scan_##level(const void* blocks, void* codes, int32_t count,                        \
                                            int32_t subquantizers) {                                               \
        unpack_blocks(static_cast<Bytes>(blocks), static_cast<unsigned char*>(codes), count, subquantizers);       \
        return 0;                                                                                                  \
    }

#define VECINO_DEFINE_CANDIDATES(level)                                                                                \
    int32_t vecino_read_halves_##level(const void* from, int64_t stride, int32_t count, float origin, float unit,     \
                                       void* to) {                                                                     \
        read_halves<level>(static_cast<Bytes>(from), stride, count, origin, unit, static_cast<unsigned char*>(to));    \
        return 0;                                                                                                      \
    }                                                                                                                  \
    int32_t vecino_finish_##level(void* scores, int32_t query_count, int32_t count, const void* constants,             \
                                  const void* centres, int64_t centre_stride, int32_t centre_count,                    \
                                  const void* queries, float top, const void* terms) {                                 \
        finish(static_cast<unsigned char*>(scores), query_count, count, static_cast<Bytes>(constants),                 \
               static_cast<Bytes>(centres), centre_stride, centre_count, static_cast<Bytes>(queries), top,             \
               static_cast<Bytes>(terms));                                                                             \
        return 0;                                                                                                      \
    }                                                                                                                  \
    int32_t vecino_select_floats_##level(const void* values, int32_t count, float least, void* positions) {            \
        return select_floats<level>(static_cast<Bytes>(values), count, least, static_cast<unsigned char*>(positions)); \
    }                                                                                                                  \
    int32_t vecino_select_sums_##level(const void* sums, int32_t count, int32_t least, void* positions) {              \
        return select_sums<level>(static_cast<Bytes>(sums), count, least, static_cast<unsigned char*>(positions));     \
    }

#define VECINO_DEFINE_LEVEL(level)                      \
    VECINO_KERNELS(VECINO_DEFINE_KERNEL, level)         \
    VECINO_CONVERSIONS(VECINO_DEFINE_CONVERSION, level) \
    VECINO_PACKINGS(VECINO_DEFINE_PACKING, level)       \
    VECINO_DEFINE_FAST_SCAN(level)                      \
    VECINO_DEFINE_CANDIDATES(level)
