// Inner products of int8 queries with unsigned levels, exact in int32. Written once over a level's byte vectors; in an
// unnamed namespace, as everything that is compiled per level.
#pragma once

#include "rows.h"

namespace {

template <class Level, int Q, int R>
VECINO_INLINE typename Level::I load_codes(const Tile<Q, R>& t, int q, int64_t i) {
    return Level::load_bytes(t.queries + q * t.query_stride + i);
}

// The query's elements that meet the fields of the plane's bytes from j to j + n, part by part; zeros where the query
// has ended.
template <class Level, int Bits, bool Whole, int Q, int R>
VECINO_INLINE void load_parts(const Tile<Q, R>& t, int q, int64_t width, int64_t j,
                              typename Level::I (&parts)[8 / Bits]) {
#pragma GCC unroll 8
    for (int part = 0; part < 8 / Bits; part++) {
        const int64_t i = part * width + j;
        if constexpr (Whole) {
            parts[part] = load_codes<Level>(t, q, i);
        } else {
            const int64_t end = (part + 1) * width < t.dimension ? (part + 1) * width : t.dimension;
            const int64_t n = end - i < 0 ? 0 : end - i < Level::bytes ? end - i : Level::bytes;
            parts[part] = Level::load_bytes(t.queries + q * t.query_stride + i, n);
        }
    }
}

template <class Level, int Bits, int Q, int R>
VECINO_INLINE void add_level_plane(const Tile<Q, R>& t, int64_t offset, typename Level::I (&sums)[Q][R]) {
    const int64_t width = plane_bytes(Bits, t.dimension);
    const int64_t whole = t.dimension - (8 / Bits - 1) * width;
    typename Level::I parts[Q][8 / Bits];
    int64_t j = 0;
    for (; j + Level::bytes <= whole; j += Level::bytes) {
#pragma GCC unroll 8
        for (int q = 0; q < Q; q++) load_parts<Level, Bits, true>(t, q, width, j, parts[q]);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            const typename Level::I codes = Level::load_bytes(t.rows[r] + offset + j);
#pragma GCC unroll 8
            for (int q = 0; q < Q; q++) {
                sums[q][r] = Level::template add_levels<Bits>(sums[q][r], codes, parts[q]);
            }
        }
    }
    for (; j < width; j += Level::bytes) {
        const int64_t n = width - j < Level::bytes ? width - j : Level::bytes;
#pragma GCC unroll 8
        for (int q = 0; q < Q; q++) load_parts<Level, Bits, false>(t, q, width, j, parts[q]);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            const typename Level::I codes = Level::load_bytes(t.rows[r] + offset + j, n);
#pragma GCC unroll 8
            for (int q = 0; q < Q; q++) {
                sums[q][r] = Level::template add_levels<Bits>(sums[q][r], codes, parts[q]);
            }
        }
    }
}

template <class Level, int Q, int R>
VECINO_INLINE void add_level_bits(const Tile<Q, R>& t, int64_t offset, typename Level::I (&sums)[Q][R]) {
    int64_t i = 0;
    for (; i + Level::bytes <= t.dimension; i += Level::bytes) {
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            const auto selection = Level::select_bytes(t.rows[r] + offset + i / 8);
#pragma GCC unroll 8
            for (int q = 0; q < Q; q++) {
                sums[q][r] = Level::add_selected_bytes(sums[q][r], load_codes<Level>(t, q, i), selection);
            }
        }
    }
    if (i < t.dimension) {
        const int64_t n = t.dimension - i;
        unsigned char last[Level::bytes / 8];
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            for (int64_t k = 0; k < Level::bytes / 8; k++) {
                last[k] = k * 8 < n ? t.rows[r][offset + i / 8 + k] : static_cast<unsigned char>(0);
            }
            const auto selection = Level::select_bytes(last);
#pragma GCC unroll 8
            for (int q = 0; q < Q; q++) {
                const typename Level::I query = Level::load_bytes(t.queries + q * t.query_stride + i, n);
                sums[q][r] = Level::add_selected_bytes(sums[q][r], query, selection);
            }
        }
    }
}

template <class Level, int... Bits, int Q, int R>
VECINO_INLINE void accumulate_levels(planes<Bits...>, const Tile<Q, R>& t, typename Level::I (&sums)[Q][R]) {
    int64_t offset = 0;
    const auto plane = [&]<int B>() __attribute__((always_inline)) {
        if constexpr (sizeof...(Bits) > 1) {
            if (offset != 0) {
#pragma GCC unroll 8
                for (int q = 0; q < Q; q++) {
#pragma GCC unroll 8
                    for (int r = 0; r < R; r++) sums[q][r] = Level::shift_left(sums[q][r], B);
                }
            }
        }
        if constexpr (B == 1) {
            add_level_bits<Level>(t, offset, sums);
        } else {
            add_level_plane<Level, B>(t, offset, sums);
        }
        offset += plane_bytes(B, t.dimension);
    };
    (plane.template operator()<Bits>(), ...);
}
template <class Level, int Q, int R>
VECINO_INLINE void accumulate_levels(u8, const Tile<Q, R>& t, typename Level::I (&sums)[Q][R]) {
    accumulate_levels<Level>(planes<8>{}, t, sums);
}

}  // namespace
