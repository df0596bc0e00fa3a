// The formats of stored rows, and the loops that add the products of a tile of rows and queries to its sums. Written
// once over a level's vector type; in an unnamed namespace, as everything that is compiled per level.
#pragma once

#include <stdint.h>

namespace {

using Bytes = const unsigned char*;

// One element after the other.
template <int64_t Bytes>
struct elements {
    static constexpr bool packed = false;
    static constexpr int64_t bytes = Bytes;
    static constexpr int64_t row_bytes(int64_t dimension) { return bytes * dimension; }
};
struct f32 : elements<4> {};
struct f16 : elements<2> {};
struct bf16 : elements<2> {};
struct i8 : elements<1> {};
struct u8 : elements<1> {};
struct e4m3 : elements<1> {};
struct e5m2 : elements<1> {};

constexpr int64_t plane_bytes(int bits, int64_t dimension) { return (dimension * bits + 7) / 8; }

// Unsigned levels cut into planes of 4, 2 or 1 bits, most significant bits first. A plane of 4 or 2 bits has 8 / bits
// parts in the fields of each byte, lowest field first: byte j of a plane of `width` bytes holds the elements
// j, j + width, ... A plane of 1 bit holds element i in bit i % 8 of byte i / 8. Fields without an element are 0.
template <int... Bits>
struct planes {
    static constexpr bool packed = true;
    static constexpr int64_t row_bytes(int64_t dimension) { return (plane_bytes(Bits, dimension) + ...); }
};
using u1 = planes<1>;
using u2 = planes<2>;
using u3 = planes<2, 1>;
using u4 = planes<4>;
using u5 = planes<4, 1>;
using u6 = planes<4, 2>;
using u7 = planes<4, 2, 1>;

constexpr int64_t kCacheLine = 64;

// Asks for one cache line. Never faults, so the address need not be valid: integers, as a pointer would have to be.
inline void prefetch(Bytes base, uint64_t offset) {
    const uintptr_t at = reinterpret_cast<uintptr_t>(base) + static_cast<uintptr_t>(offset);
    __builtin_prefetch(reinterpret_cast<const void*>(at));
}

// Q float32 queries, query_stride bytes apart, and R rows.
template <int Q, int R>
struct Tile {
    Bytes queries;
    int64_t query_stride;
    const Bytes (&rows)[R];
    int64_t dimension;
};

#define VECINO_INLINE inline __attribute__((always_inline))

template <class Level, int Q, int R>
VECINO_INLINE void load_queries(const Tile<Q, R>& t, int64_t i, typename Level::V (&query)[Q]) {
#pragma GCC unroll 8
    for (int q = 0; q < Q; q++) query[q] = Level::load(f32{}, t.queries + q * t.query_stride + i * f32::bytes);
}

// n may be Level::lanes or more: then all lanes are loaded.
template <class Level, int Q, int R>
VECINO_INLINE void load_queries(const Tile<Q, R>& t, int64_t i, int64_t n, typename Level::V (&query)[Q]) {
    if (n >= Level::lanes) {
        load_queries<Level>(t, i, query);
        return;
    }
#pragma GCC unroll 8
    for (int q = 0; q < Q; q++) {
        const Bytes at = t.queries + q * t.query_stride + i * f32::bytes;
        query[q] = Level::load_part(f32{}, at, static_cast<int>(n), i != 0);
    }
}

// If ahead is not 0, every step also asks for as many bytes as it reads, counted from rows[0] + ahead.
template <class Level, class Op, class Type, int Q, int R>
    requires(!Type::packed)
VECINO_INLINE void accumulate(Type, const Tile<Q, R>& t, int64_t ahead, typename Level::V (&sums)[Q][R]) {
    using V = typename Level::V;
    int64_t i = 0;
    V query[Q];
    for (; i + Level::lanes <= t.dimension; i += Level::lanes) {
        if constexpr (Q == 1 && R > 1) {
            if (ahead != 0) {
                const int64_t at = ahead + i * Type::bytes * R;
#pragma GCC unroll 8
                for (int64_t line = 0; line < Level::lanes * Type::bytes * R; line += kCacheLine) {
                    prefetch(t.rows[0], static_cast<uint64_t>(at + line));
                }
            }
        }
        load_queries<Level>(t, i, query);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            const V row = Level::load(Type{}, t.rows[r] + i * Type::bytes);
#pragma GCC unroll 8
            for (int q = 0; q < Q; q++) sums[q][r] = Op::add(sums[q][r], query[q], row);
        }
    }
    if (i < t.dimension) {
        const int rest = static_cast<int>(t.dimension - i);
        load_queries<Level>(t, i, rest, query);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            const V row = Level::load_part(Type{}, t.rows[r] + i * Type::bytes, rest, i != 0);
#pragma GCC unroll 8
            for (int q = 0; q < Q; q++) sums[q][r] = Op::add(sums[q][r], query[q], row);
        }
    }
}

// The fields from Part on of lanes bytes of R rows. Byte j is lane 0; if Whole, every field has its element.
template <class Level, int Bits, bool Whole, int Part = 0, int Q, int R>
VECINO_INLINE void add_fields(const Tile<Q, R>& t, int64_t width, int64_t j, const typename Level::I (&codes)[R],
                              typename Level::V (&sums)[Q][R]) {
    if constexpr (Part * Bits < 8) {
        const int64_t i = Part * width + j;
        typename Level::V query[Q];
        if constexpr (Whole) {
            load_queries<Level>(t, i, query);
        } else {
            const int64_t end = (Part + 1) * width < t.dimension ? (Part + 1) * width : t.dimension;
            if (i >= end) return;
            load_queries<Level>(t, i, end - i, query);
        }
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            const typename Level::V row = Level::template field<Bits, Part>(codes[r]);
#pragma GCC unroll 8
            for (int q = 0; q < Q; q++) sums[q][r] = Level::multiply_add(query[q], row, sums[q][r]);
        }
        add_fields<Level, Bits, Whole, Part + 1>(t, width, j, codes, sums);
    }
}

template <class Level, int Bits, int Q, int R>
VECINO_INLINE void add_plane(const Tile<Q, R>& t, int64_t offset, typename Level::V (&sums)[Q][R]) {
    const int64_t width = plane_bytes(Bits, t.dimension);
    const int64_t whole = t.dimension - (8 / Bits - 1) * width;
    typename Level::I codes[R];
    int64_t j = 0;
    for (; j + Level::lanes <= whole; j += Level::lanes) {
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) codes[r] = Level::widen(t.rows[r] + offset + j);
        add_fields<Level, Bits, true>(t, width, j, codes, sums);
    }
    for (; j < width; j += Level::lanes) {
        const int64_t n = width - j;
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            const Bytes at = t.rows[r] + offset + j;
            codes[r] = n >= Level::lanes ? Level::widen(at) : Level::widen_part(at, static_cast<int>(n), j != 0);
        }
        add_fields<Level, Bits, false>(t, width, j, codes, sums);
    }
}

template <class Level, int Group = 0, int Q, int R>
VECINO_INLINE void add_groups(const Tile<Q, R>& t, int64_t i, const typename Level::Selection (&selections)[R],
                              typename Level::V (&sums)[Q][R]) {
    if constexpr (Group * Level::lanes < Level::selected) {
        typename Level::V query[Q];
        load_queries<Level>(t, i + Group * Level::lanes, query);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
#pragma GCC unroll 8
            for (int q = 0; q < Q; q++) {
                sums[q][r] = Level::template add_selected<Group>(sums[q][r], query[q], selections[r]);
            }
        }
        add_groups<Level, Group + 1>(t, i, selections, sums);
    }
}

// A plane of one bit: adds the query's elements whose bit is set, and does not look at the others.
template <class Level, int Q, int R>
VECINO_INLINE void add_bit_plane(const Tile<Q, R>& t, int64_t offset, typename Level::V (&sums)[Q][R]) {
    typename Level::Selection selections[R];
    int64_t i = 0;
    for (; i + Level::selected <= t.dimension; i += Level::selected) {
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) selections[r] = Level::select(t.rows[r] + offset + i / 8);
        add_groups<Level>(t, i, selections, sums);
    }
    for (; i < t.dimension; i += Level::lanes) {
        const int64_t n = t.dimension - i;
        typename Level::V query[Q];
        load_queries<Level>(t, i, n, query);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            const auto selection = Level::select_part(t.rows[r] + offset + i / 8, static_cast<int>(n));
#pragma GCC unroll 8
            for (int q = 0; q < Q; q++) {
                sums[q][r] = Level::template add_selected<0>(sums[q][r], query[q], selection);
            }
        }
    }
}

// Plane by plane; what is summed so far is scaled by the weight of the plane before over that of the next.
template <class Level, class Op, int... Bits, int Q, int R>
VECINO_INLINE void accumulate(planes<Bits...>, const Tile<Q, R>& t, int64_t, typename Level::V (&sums)[Q][R]) {
    int64_t offset = 0;
    const auto plane = [&]<int B>() __attribute__((always_inline)) {
        if constexpr (sizeof...(Bits) > 1) {
            if (offset != 0) {
#pragma GCC unroll 8
                for (int q = 0; q < Q; q++) {
#pragma GCC unroll 8
                    for (int r = 0; r < R; r++) sums[q][r] = Level::scale(sums[q][r], 1 << B);
                }
            }
        }
        if constexpr (B == 1) {
            add_bit_plane<Level>(t, offset, sums);
        } else {
            add_plane<Level, B>(t, offset, sums);
        }
        offset += plane_bytes(B, t.dimension);
    };
    (plane.template operator()<Bits>(), ...);
}

}  // namespace
