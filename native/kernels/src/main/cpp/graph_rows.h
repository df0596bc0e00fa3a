// Rows of vertices: those with codes of 32 neighbours (layout fast, after Gou et al., "SymphonyQG", 2025) and those with a
// code of the vertex itself (layout lean). Codes after Gao and Long, "RaBitQ" (2024), and Gao et al. (2025).
#pragma once

#include "fast_scan.h"
#include "graph_space.h"

namespace {

constexpr int32_t kNeighbours = static_cast<int32_t>(kBlockVectors);
constexpr float kInfinity = __builtin_inff();

// What a level stands for, and which of the 16 indices of a table have it in which place.
template <int Bits>
struct Levels {
    static constexpr int per_table = 4 / Bits;
    static constexpr int count = 1 << Bits;
    static constexpr float step = Bits == 1 ? 2 : 1;
    static constexpr float most = step * static_cast<float>(count - 1) / 2;
    // Quotients of the step and the root mean square that may be best for normally distributed coordinates.
    static constexpr float least_step = Bits == 2 ? 0.7f : 0.2f, more_step = Bits == 2 ? 0.08f : 0.03f;
    static constexpr int steps = Bits == 1 ? 1 : 10;

    alignas(64) float values[per_table][16];
    constexpr Levels() : values{} {
        for (int place = 0; place < per_table; place++) {
            for (int index = 0; index < 16; index++) {
                const int level = index >> (place * Bits) & (count - 1);
                values[place][index] = static_cast<float>(level) * step - most;
            }
        }
    }
};
template <int Bits>
constexpr Levels<Bits> kLevels;

inline int32_t tables_of(const vecino_graph& g) { return g.dimension / 4 * g.bits; }

struct RowParts {
    int64_t codes, add, multiply, ids;
};
inline RowParts row_parts(const vecino_graph& g) {
    const int64_t own = (static_cast<int64_t>(g.dimension) * g.element_bytes + 63) / 64 * 64;
    const int64_t codes = own + static_cast<int64_t>(tables_of(g)) * kTableBytes;
    return {own, codes, codes + kNeighbours * 4, codes + 2 * kNeighbours * 4};
}

// The levels of a step between two points, one byte each, and its products with them and of the vertex with them.
struct Coded {
    float square, product, own_product;
};
template <class Lanes, int Bits>
Coded code_step(const vecino_graph& g, const unsigned char* mine, const unsigned char* other, float* step,
                unsigned char* levels) {
    using V = typename Lanes::V;
    using L = Levels<Bits>;
    V squares = Lanes::all(0);
    for (int64_t i = 0; i < g.dimension; i += Lanes::lanes) {
        const V v = Lanes::subtract(load_own<Lanes>(other, i, g.element_bytes), load_own<Lanes>(mine, i, g.element_bytes));
        Lanes::store(step + i, v);
        squares = Lanes::multiply_add(v, v, squares);
    }
    const float square = Lanes::sum(squares);
    const float rms = __builtin_sqrtf(square / static_cast<float>(g.dimension));
    if (!(rms > 0)) {
        __builtin_memset(levels, 0, static_cast<uint64_t>(g.dimension));
        return {square, 0, 0};
    }
    // The level of x is floor(x / step) + count / 2, within range; its value is that much and a half.
    const auto value = [&](V v, V inverse) {
        const V half = Lanes::all(0.5f), top = Lanes::all(L::most / L::step);
        return Lanes::most(Lanes::least(Lanes::add(Lanes::floor(Lanes::multiply(v, inverse)), half), top),
                           Lanes::subtract(Lanes::all(0), top));
    };
    float best_inverse = 1 / rms, best = -1;
    for (int trial = 0; L::steps > 1 && trial < L::steps; trial++) {
        const float inverse = 1 / (rms * (L::least_step + L::more_step * static_cast<float>(trial)));
        V products = Lanes::all(0), norms = Lanes::all(0);
        for (int64_t i = 0; i < g.dimension; i += Lanes::lanes) {
            const V v = Lanes::load(step + i), y = value(v, Lanes::all(inverse));
            products = Lanes::multiply_add(v, y, products);
            norms = Lanes::multiply_add(y, y, norms);
        }
        const float product = Lanes::sum(products), quality = product * product / Lanes::sum(norms);
        if (quality > best) {
            best = quality;
            best_inverse = inverse;
        }
    }
    V products = Lanes::all(0), own_products = Lanes::all(0);
    for (int64_t i = 0; i < g.dimension; i += Lanes::lanes) {
        const V v = Lanes::load(step + i);
        const V y = Lanes::multiply(value(v, Lanes::all(best_inverse)), Lanes::all(L::step));
        products = Lanes::multiply_add(v, y, products);
        own_products = Lanes::multiply_add(load_own<Lanes>(mine, i, g.element_bytes), y, own_products);
        alignas(64) float values[Lanes::lanes];
        Lanes::store(values, y);
        for (int j = 0; j < Lanes::lanes; j++) {
            levels[i + j] = static_cast<unsigned char>(static_cast<int>((values[j] + L::most) / L::step));
        }
    }
    return {square, Lanes::sum(products), Lanes::sum(own_products)};
}

template <class Lanes, int Bits>
void pack_vertex(const vecino_graph& g, const unsigned char* own, int64_t own_stride, const uint32_t* neighbours,
                 const uint32_t* vertices, uint32_t ordinal) {
    const RowParts parts = row_parts(g);
    const uint32_t vertex = vertices[ordinal];
    unsigned char* row = g.rows + static_cast<int64_t>(vertex) * g.row_bytes;
    const unsigned char* mine = own + static_cast<int64_t>(ordinal) * own_stride;
    __builtin_memset(row, 0, static_cast<uint64_t>(g.row_bytes));
    __builtin_memcpy(row, mine, static_cast<uint64_t>(g.dimension) * static_cast<uint64_t>(g.element_bytes));
    float* add = reinterpret_cast<float*>(row + parts.add);
    float* multiply = reinterpret_cast<float*>(row + parts.multiply);
    uint32_t* ids = reinterpret_cast<uint32_t*>(row + parts.ids);
    alignas(64) float step[kGraphMostDimension];
    unsigned char levels[kGraphMostDimension];
    for (int32_t k = 0; k < kNeighbours; k++) {
        const uint32_t neighbour = neighbours[static_cast<int64_t>(ordinal) * kNeighbours + k];
        ids[k] = neighbour == ~uint32_t{0} ? vertex : vertices[neighbour];
        add[k] = kInfinity;
        if (neighbour == ~uint32_t{0}) continue;
        const unsigned char* other = own + static_cast<int64_t>(neighbour) * own_stride;
        const Coded coded = code_step<Lanes, Bits>(g, mine, other, step, levels);
        for (int32_t i = 0; i < g.dimension; i++) {
            constexpr int32_t per_table = Levels<Bits>::per_table;
            unsigned char& code = row[parts.codes + i / per_table * kTableBytes + k % 16];
            code = static_cast<unsigned char>(code | levels[i] << (i % per_table * Bits + k / 16 * 4));
        }
        const float factor = coded.product > 0 ? coded.square / coded.product : 0;
        add[k] = coded.square + 2 * factor * coded.own_product;
        multiply[k] = -2 * factor;
    }
}

struct LeanParts {
    int64_t factors, ids;
};
inline LeanParts lean_parts(const vecino_graph& g) {
    const int64_t codes = g.dimension / 2;
    return {codes, codes + 2 * static_cast<int64_t>(sizeof(float))};
}

template <class Lanes>
void pack_lean_vertex(const vecino_graph& g, const unsigned char* own, int64_t own_stride, const uint32_t* neighbours,
                      const uint32_t* vertices, uint32_t ordinal) {
    const LeanParts parts = lean_parts(g);
    const uint32_t vertex = vertices[ordinal];
    unsigned char* row = g.rows + static_cast<int64_t>(vertex) * g.row_bytes;
    alignas(64) unsigned char origin[kGraphMostDimension * sizeof(float)];
    alignas(64) float step[kGraphMostDimension];
    unsigned char levels[kGraphMostDimension];
    __builtin_memset(origin, 0, static_cast<uint64_t>(g.dimension) * sizeof(float));
    __builtin_memset(row, 0, static_cast<uint64_t>(g.row_bytes));
    const Coded coded = code_step<Lanes, 4>(g, origin, own + static_cast<int64_t>(ordinal) * own_stride, step, levels);
    const int32_t half = g.dimension / 2;
    for (int32_t i = 0; i < half; i++) row[i] = static_cast<unsigned char>(levels[i] | levels[half + i] << 4);
    const float factors[2] = {coded.square, coded.product > 0 ? -2 * coded.square / coded.product : 0};
    __builtin_memcpy(row + parts.factors, factors, sizeof factors);
    uint32_t* ids = reinterpret_cast<uint32_t*>(row + parts.ids);
    for (int32_t k = 0; k < kNeighbours; k++) {
        const uint32_t neighbour = neighbours[static_cast<int64_t>(ordinal) * kNeighbours + k];
        ids[k] = neighbour == ~uint32_t{0} ? vertex : vertices[neighbour];
    }
}

template <class Lanes>
void pack_vertices(const vecino_graph& g, const unsigned char* own, int64_t own_stride, const uint32_t* neighbours,
                   const uint32_t* vertices, int32_t from, int32_t to) {
    const auto pack = g.layout == kLean ? pack_lean_vertex<Lanes>
                      : g.bits == 1   ? pack_vertex<Lanes, 1>
                      : g.bits == 2 ? pack_vertex<Lanes, 2>
                                    : pack_vertex<Lanes, 4>;
    for (int32_t i = from; i < to; i++) {
        pack(g, own, own_stride, neighbours, vertices, static_cast<uint32_t>(i));
    }
}

}  // namespace
