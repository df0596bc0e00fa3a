// Rows of the graph and the search over them, after Gou et al., "SymphonyQG" (2025): a visited vertex costs one exact
// distance and one FastScan block that estimates its 32 neighbours from codes of one bit per dimension or few
// (Gao and Long, "RaBitQ", 2024; Gao et al., 2025).
// Unlike there, candidates are kept unsorted in registers' worth of floats, and several vertices are on their way from
// memory at any time.
#pragma once

#include "fast_scan.h"
#include "graph_space.h"

namespace {

constexpr int32_t kNeighbours = static_cast<int32_t>(kBlockVectors);
constexpr int32_t kMostFlights = 8;
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

template <class Lanes>
void pack_vertices(const vecino_graph& g, const unsigned char* own, int64_t own_stride, const uint32_t* neighbours,
                   const uint32_t* vertices, int32_t from, int32_t to) {
    const auto pack = g.bits == 1   ? pack_vertex<Lanes, 1>
                      : g.bits == 2 ? pack_vertex<Lanes, 2>
                                    : pack_vertex<Lanes, 4>;
    for (int32_t i = from; i < to; i++) {
        pack(g, own, own_stride, neighbours, vertices, static_cast<uint32_t>(i));
    }
}

// One thread's memory: a bit per vertex, all 0 between searches, then what one search needs.
template <class Lanes>
struct SearchScratch {
    static constexpr int64_t kSpare = 2 * kNeighbours + 64;
    uint32_t* seen;
    float* query;
    unsigned char* tables;
    float* estimates;  // of candidates, unsorted, infinite behind the last
    uint32_t* candidates;
    float* passed;  // estimates of visited vertices that may be returned, infinite behind the last
    float* best;    // distances of the results, ascending
    uint32_t* results;
    uint32_t* visited;
    int64_t words, room, visited_room;

    SearchScratch(void* memory, const vecino_graph& g, const vecino_graph_search& s) {
        words = (static_cast<int64_t>(g.count) + 511) / 512 * 16;
        room = s.room + kSpare;
        visited_room = room;
        seen = static_cast<uint32_t*>(memory);
        query = reinterpret_cast<float*>(seen + words);
        tables = reinterpret_cast<unsigned char*>(query + g.dimension);
        estimates = reinterpret_cast<float*>(tables + tables_of(g) * kTableBytes);
        candidates = reinterpret_cast<uint32_t*>(estimates + room);
        passed = reinterpret_cast<float*>(candidates + room);
        best = passed + room;
        results = reinterpret_cast<uint32_t*>(best + s.k);
        visited = results + s.k;
    }
};

// Tables of sums of products of query coordinates and levels, 8 bits: sum = bias + delta * looked-up total.
struct Tables {
    float bias, delta;
};
template <class Lanes, int Bits>
Tables make_tables(const float* query, int32_t dimension, unsigned char* tables) {
    using V = typename Lanes::V;
    using L = Levels<Bits>;
    const int32_t count = dimension / L::per_table;
    V most_reach = Lanes::all(0), reaches = Lanes::all(0);
    for (int32_t i = 0; i < dimension; i += Lanes::lanes) {
        const V magnitudes = Lanes::magnitude(Lanes::load(query + i));
        most_reach = Lanes::most(most_reach, Lanes::template group_sums<L::per_table>(magnitudes));
        reaches = Lanes::add(reaches, magnitudes);
    }
    const float widest = 2 * L::most * Lanes::most_of(most_reach);
    // Totals are 16 bits wide.
    const float largest = count > 257 ? __builtin_floorf(65535.0f / static_cast<float>(count)) : 255.0f;
    const float factor = widest > 0 ? largest / widest : 0;
    for (int32_t m = 0; m < count; m++) {
        const float* some = query + m * L::per_table;
        float reach = 0;
        for (int32_t i = 0; i < L::per_table; i++) reach += __builtin_fabsf(some[i]);
        Lanes::template table<L::per_table>(some, kLevels<Bits>.values, reach * L::most, factor, tables + m * kTableBytes);
    }
    return {-L::most * Lanes::sum(reaches), widest > 0 ? 1 / factor : 0};
}

template <class Lanes>
int32_t below(const float* values, int32_t n, float limit) {
    int32_t count = 0;
    const typename Lanes::V limits = Lanes::all(limit);
    for (int32_t i = 0; i < n; i += Lanes::lanes) count += __builtin_popcount(Lanes::less(Lanes::load(values + i), limits));
    return count;
}

template <class Lanes>
struct Search {
    using V = typename Lanes::V;
    const vecino_graph& g;
    const vecino_graph_search& s;
    SearchScratch<Lanes> m;
    const RowParts parts;
    Tables tables{};
    int32_t candidates = 0, passed = 0, results = 0, visited = 0;
    float limit = kInfinity;

    Search(const vecino_graph& graph, const vecino_graph_search& search, void* memory)
        : g(graph), s(search), m(memory, graph, search), parts(row_parts(graph)) {}

    const unsigned char* row(uint32_t vertex) const { return g.rows + static_cast<int64_t>(vertex) * g.row_bytes; }

    bool mark(uint32_t vertex) {
        uint32_t& word = m.seen[vertex / 32];
        const uint32_t bit = uint32_t{1} << vertex % 32;
        if (word & bit) return false;
        word |= bit;
        if (visited < m.visited_room) m.visited[visited] = vertex;
        visited++;
        return true;
    }

    void clear() {
        if (visited > m.visited_room) {
            __builtin_memset(m.seen, 0, static_cast<uint64_t>(m.words) * 4);
        } else {
            for (int32_t i = 0; i < visited; i++) m.seen[m.visited[i] / 32] = 0;
        }
    }

    void ask(uint32_t vertex) const {
        const unsigned char* at = row(vertex);
        for (int64_t i = 0; i < g.row_bytes; i += kCacheLine) prefetch(at, static_cast<uint64_t>(i));
    }

    // Takes the closest candidate; false if the search may end.
    bool take(uint32_t& vertex, float& estimate) {
        while (candidates > 0) {
            V low = Lanes::all(kInfinity);
            for (int32_t i = 0; i < candidates; i += Lanes::lanes) low = Lanes::least(low, Lanes::load(m.estimates + i));
            estimate = Lanes::least_of(low);
            if (!(estimate < limit)) return false;
            if (full() && passed >= s.effort && below<Lanes>(m.passed, passed, estimate) >= s.effort) return false;
            int32_t at = 0;
            for (const V wanted = Lanes::all(estimate);; at += Lanes::lanes) {
                const uint32_t same = Lanes::equal(Lanes::load(m.estimates + at), wanted);
                if (same != 0) {
                    at += __builtin_ctz(same);
                    break;
                }
            }
            vertex = m.candidates[at];
            candidates--;
            m.estimates[at] = m.estimates[candidates];
            m.candidates[at] = m.candidates[candidates];
            m.estimates[candidates] = kInfinity;
            if (mark(vertex)) return true;
            // Known by another neighbour too: the more often that happens, the better this surrounding is known.
            if (full() && accepted(vertex)) pass(estimate);
        }
        return false;
    }

    bool accepted(uint32_t vertex) const {
        if (s.filter == nullptr) return true;
        const uint32_t ordinal = g.ordinals[vertex];
        return s.filter[ordinal / 64] >> ordinal % 64 & 1;
    }

    void pass(float estimate) {
        if (passed % Lanes::lanes == 0) Lanes::store(m.passed + passed, Lanes::all(kInfinity));
        m.passed[passed++] = estimate;
        if (passed > m.room - SearchScratch<Lanes>::kSpare) compact();
    }

    void offer(uint32_t vertex, float distance) {
        if (!(distance < (results < s.k ? kInfinity : m.best[s.k - 1]))) return;
        int32_t at = results < s.k ? results++ : s.k - 1;
        for (; at > 0 && m.best[at - 1] > distance; at--) {
            m.best[at] = m.best[at - 1];
            m.results[at] = m.results[at - 1];
        }
        m.best[at] = distance;
        m.results[at] = vertex;
    }

    bool full() const { return results == s.k; }

    // Whether nothing at or above an estimate matters. Under a filter it is not known which candidates count.
    bool enough(float estimate) const {
        const int32_t returnable = below<Lanes>(m.passed, passed, estimate);
        const int32_t open = below<Lanes>(m.estimates, candidates, estimate);
        return s.filter == nullptr && full() ? returnable + open >= s.effort : returnable >= s.effort || 4 * open >= s.room;
    }

    // Keeps the estimates that may still matter: of all known, about the `effort` smallest.
    void compact() {
        float low = kInfinity, high = limit;
        {
            V least = Lanes::all(kInfinity), most = Lanes::all(-kInfinity);
            for (int32_t i = 0; i + Lanes::lanes <= candidates; i += Lanes::lanes) {
                const V v = Lanes::load(m.estimates + i);
                least = Lanes::least(least, v);
                most = Lanes::most(most, v);
            }
            low = Lanes::least_of(least);
            const float top = Lanes::most_of(most);
            if (top < high) high = top;
        }
        for (int step = 0; step < 8; step++) {
            const float middle = low + (high - low) / 2;
            (enough(middle) ? high : low) = middle;
        }
        limit = high;
        candidates = keep(m.estimates, m.candidates, candidates);
        passed = keep(m.passed, nullptr, passed);
    }

    int32_t keep(float* values, uint32_t* ids, int32_t n) {
        const int32_t most = static_cast<int32_t>(m.room) / 2;  // many equal values: any of them will do
        const V limits = Lanes::all(limit);
        int32_t kept = 0;
        for (int32_t i = 0; i < n && kept + Lanes::lanes <= most; i += Lanes::lanes) {
            const V v = Lanes::load(values + i);
            const uint32_t good = Lanes::less(v, limits);
            if (ids != nullptr) Lanes::keep(ids + kept, Lanes::load_ids(ids + i), good);
            Lanes::keep(values + kept, v, good);
            kept += __builtin_popcount(good);
        }
        Lanes::store(values + kept, Lanes::all(kInfinity));
        return kept;
    }

    void visit(uint32_t vertex, float estimate) {
        const unsigned char* at = row(vertex);
        const float exact = distance<Lanes>(m.query, at, g.dimension, g.element_bytes);
        if (accepted(vertex)) {
            offer(vertex, exact);
            pass(estimate);
        }
        alignas(64) uint16_t totals[kNeighbours];
        scan_block<Lanes, 1, false>(m.tables, 0, at + parts.codes, tables_of(g),
                             reinterpret_cast<unsigned char*>(totals), 0);
        const V base = Lanes::all(exact), delta = Lanes::all(tables.delta), bias = Lanes::all(tables.bias);
        const V limits = Lanes::all(limit);
        for (int32_t i = 0; i < kNeighbours; i += Lanes::lanes) {
            const V product = Lanes::multiply_add(Lanes::load_totals(totals + i), delta, bias);
            const V add = Lanes::add(base, Lanes::load(reinterpret_cast<const float*>(at + parts.add) + i));
            const V factor = Lanes::load(reinterpret_cast<const float*>(at + parts.multiply) + i);
            const V guess = Lanes::multiply_add(product, factor, add);
            const auto ids = Lanes::load_ids(reinterpret_cast<const uint32_t*>(at + parts.ids) + i);
            const uint32_t good = Lanes::unseen(m.seen, ids, Lanes::less(guess, limits));
            Lanes::keep(m.estimates + candidates, guess, good);
            Lanes::keep(m.candidates + candidates, ids, good);
            candidates += __builtin_popcount(good);
        }
        Lanes::store(m.estimates + candidates, Lanes::all(kInfinity));
        if (candidates > m.room - SearchScratch<Lanes>::kSpare) compact();
    }

    int32_t run(const float* query, uint32_t* ordinals, float* scores) {
        const float length = into_space<Lanes>(g, query, m.query);
        tables = g.bits == 1   ? make_tables<Lanes, 1>(m.query, g.dimension, m.tables)
                 : g.bits == 2 ? make_tables<Lanes, 2>(m.query, g.dimension, m.tables)
                               : make_tables<Lanes, 4>(m.query, g.dimension, m.tables);
        uint32_t flight[kMostFlights] = {0};
        float estimates[kMostFlights] = {0};
        int32_t flying = 1;
        mark(0);
        estimates[0] = __builtin_sqrtf(__FLT_MAX__);
        ask(0);
        bool stopped = false;
        while (flying > 0) {
            if (asked_to_stop()) {
                stopped = true;
                break;
            }
            const uint32_t vertex = flight[0];
            const float estimate = estimates[0];
            flying--;
            for (int32_t i = 0; i < flying; i++) {
                flight[i] = flight[i + 1];
                estimates[i] = estimates[i + 1];
            }
            visit(vertex, estimate);
            while (flying < s.flights && take(flight[flying], estimates[flying])) ask(flight[flying++]);
        }
        clear();
        return stopped ? -1 : report(length, ordinals, scores);
    }

    // Every vertex.
    int32_t scan(const float* query, uint32_t* ordinals, float* scores) {
        const float length = into_space<Lanes>(g, query, m.query);
        for (int32_t vertex = 0; vertex < g.count; vertex++) {
            if (vertex % kNeighbours == 0 && asked_to_stop()) return -1;
            const auto id = static_cast<uint32_t>(vertex);
            if (accepted(id)) offer(id, distance<Lanes>(m.query, row(id), g.dimension, g.element_bytes));
        }
        return report(length, ordinals, scores);
    }

    bool asked_to_stop() const { return s.stop != nullptr && *static_cast<const volatile int32_t*>(s.stop) != 0; }

    int32_t report(float length, uint32_t* ordinals, float* scores) const {
        for (int32_t i = 0; i < results; i++) {
            const uint32_t vertex = m.results[i];
            ordinals[i] = g.ordinals[vertex];
            scores[i] = s.query_factor * length + s.bias_factor * g.biases[vertex] + s.distance_factor * m.best[i];
        }
        return results;
    }
};

}  // namespace
