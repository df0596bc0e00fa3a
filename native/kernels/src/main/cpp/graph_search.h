// Rows of the graph and the search over them, after Gou et al., "SymphonyQG" (2025): a visited vertex costs one exact
// distance and one FastScan block that estimates its 32 neighbours from codes of one bit per dimension or few
// (Gao and Long, "RaBitQ", 2024; Gao et al., 2025).
// Unlike there, candidates are kept unsorted in registers' worth of floats, and several vertices are on their way from
// memory at any time.
#pragma once

#include "graph_candidates.h"

namespace {

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
struct FastSearch : Known<Lanes> {
    using V = typename Lanes::V;
    using K = Known<Lanes>;
    using K::g;
    using K::m;
    using K::s;
    const RowParts parts;
    Tables tables{};
    int32_t visited = 0;

    FastSearch(const vecino_graph& graph, const vecino_graph_search& search, void* memory)
        : K(graph, search, memory), parts(row_parts(graph)) {}

    bool mark(uint32_t vertex) {
        if (!K::see(vertex)) return false;
        if (visited < m.marked_room) m.marked[visited] = vertex;
        visited++;
        return true;
    }

    void ask(uint32_t vertex) const {
        const unsigned char* at = K::row(vertex);
        for (int64_t i = 0; i < g.row_bytes; i += kCacheLine) prefetch(at, static_cast<uint64_t>(i));
    }

    // Takes the closest candidate that was not visited yet; false if the search may end.
    bool take(uint32_t& vertex, float& estimate) {
        while (s.filter == nullptr ? K::take_closest(vertex, estimate) : K::take_filtered(vertex, estimate)) {
            if (mark(vertex)) return true;
            // Known by another neighbour too: the more often that happens, the better this surrounding is known.
            if (s.filter == nullptr && K::full()) K::pass(estimate);
        }
        return false;
    }

    void visit(uint32_t vertex, float estimate) {
        const unsigned char* at = K::row(vertex);
        const float exact = distance<Lanes>(m.query, at, g.dimension, g.element_bytes);
        if (K::good(exact) && K::accepted(vertex)) K::offer(vertex, exact);
        K::visits++;
        if (s.filter == nullptr) {
            K::pass(estimate);
        } else {
            K::tighten();
        }
        alignas(64) uint16_t totals[kNeighbours];
        scan_block<Lanes, 1, false>(m.tables, 0, at + parts.codes, tables_of(g),
                             reinterpret_cast<unsigned char*>(totals), 0);
        const V base = Lanes::all(exact), delta = Lanes::all(tables.delta), bias = Lanes::all(tables.bias);
        const V limits = Lanes::all(K::limit);
        for (int32_t i = 0; i < kNeighbours; i += Lanes::lanes) {
            const V product = Lanes::multiply_add(Lanes::load_totals(totals + i), delta, bias);
            const V add = Lanes::add(base, Lanes::load(reinterpret_cast<const float*>(at + parts.add) + i));
            const V factor = Lanes::load(reinterpret_cast<const float*>(at + parts.multiply) + i);
            const V guess = Lanes::multiply_add(product, factor, add);
            const auto ids = Lanes::load_ids(reinterpret_cast<const uint32_t*>(at + parts.ids) + i);
            uint32_t good = Lanes::unseen(m.seen, ids, Lanes::less(guess, limits));
            if (K::narrow()) good = K::accepted(ids, good);
            K::add_candidates(guess, ids, good);
        }
        K::end_candidates();
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
            if (K::asked_to_stop()) {
                stopped = true;
                break;
            }
            if (K::gave_up()) break;
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
        const bool ended = !stopped && !K::gave_up();
        if (s.filter != nullptr && ended) sweep();
        K::forget(visited, visited > m.marked_room);
        if (stopped) return -1;
        return ended ? K::report(length, ordinals, scores) : 0;
    }

    // Under a filter some of the best are known, but not worth a visit: takes accepted candidates until they are no longer
    // good.
    void sweep() {
        int32_t kept = 0;
        for (int32_t i = 0; i < K::candidates; i++) {
            const uint32_t vertex = m.candidates[i];
            if (!K::accepted(vertex)) continue;
            m.candidates[kept] = vertex;
            m.estimates[kept++] = m.estimates[i];
        }
        K::candidates = kept;
        for (int32_t i = 0; i < Lanes::lanes; i++) m.estimates[kept + i] = kInfinity;
        for (int32_t idle = 0; K::candidates > 0 && idle <= s.k;) {
            const uint32_t vertex = K::take(K::least_estimate());
            if (!mark(vertex)) continue;
            const float exact = distance<Lanes>(m.query, K::row(vertex), g.dimension, g.element_bytes);
            idle = K::good(exact) ? 0 : idle + 1;
            K::offer(vertex, exact);
        }
    }

    // Every vertex.
    int32_t scan(const float* query, uint32_t* ordinals, float* scores) {
        const float length = into_space<Lanes>(g, query, m.query);
        const bool ended = K::each_accepted([&](const uint32_t* some, int32_t count) {
            for (int32_t i = 0; i < count; i++) prefetch_own(some[i]);
            for (int32_t i = 0; i < count; i++) {
                K::offer(some[i], distance<Lanes>(m.query, K::row(some[i]), g.dimension, g.element_bytes));
            }
        });
        if (!ended) return -1;
        return K::report(length, ordinals, scores);
    }

    void prefetch_own(uint32_t vertex) const {
        for (int64_t i = 0; i < parts.codes; i += kCacheLine) prefetch(K::row(vertex), static_cast<uint64_t>(i));
    }
};

}  // namespace
