// What a search knows: candidates, unsorted in registers' worth of floats, the estimates of those visited, the results.
#pragma once

#include <time.h>

#include "graph_rows.h"

namespace {

constexpr int32_t kMostFlights = 8;
constexpr int32_t kStepsPerClock = 16;

inline int64_t nanoseconds() {
    timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return 0;
    return static_cast<int64_t>(now.tv_sec) * 1000000000 + now.tv_nsec;
}

// One thread's memory: a bit per vertex, all 0 between searches, then what one search needs.
template <class Lanes>
struct SearchScratch {
    static constexpr int64_t kSpare = 2 * kNeighbours + 64;
    uint32_t* seen;
    float* query;
    unsigned char* tables;  // of layout fast; of layout lean the query's int8 elements
    float* estimates;       // of candidates, unsorted, infinite behind the last
    uint32_t* candidates;
    float* passed;  // estimates of visited vertices that may be returned, infinite behind the last
    uint32_t* marked;
    float* best;  // distances of the results, ascending
    uint32_t* results;
    int64_t words, room, marked_room;

    SearchScratch(void* memory, const vecino_graph& g, const vecino_graph_search& s) {
        words = (static_cast<int64_t>(g.count) + 511) / 512 * 16;
        room = s.room + kSpare;
        marked_room = g.layout == kLean ? kNeighbours / 2 * room : room;
        seen = static_cast<uint32_t*>(memory);
        query = reinterpret_cast<float*>(seen + words);
        tables = reinterpret_cast<unsigned char*>(query + g.dimension);
        estimates = reinterpret_cast<float*>(tables + (g.layout == kLean ? g.dimension : tables_of(g) * kTableBytes));
        candidates = reinterpret_cast<uint32_t*>(estimates + room);
        passed = reinterpret_cast<float*>(candidates + room);
        marked = reinterpret_cast<uint32_t*>(passed + room);
        best = reinterpret_cast<float*>(marked + marked_room);
        results = reinterpret_cast<uint32_t*>(best + s.kept);
    }
};

template <class Lanes>
int32_t below(const float* values, int32_t n, float limit) {
    int32_t count = 0;
    const typename Lanes::V limits = Lanes::all(limit);
    for (int32_t i = 0; i < n; i += Lanes::lanes) count += __builtin_popcount(Lanes::less(Lanes::load(values + i), limits));
    return count;
}

// Candidates, results and what was seen of one search.
template <class Lanes>
struct Known {
    using V = typename Lanes::V;
    using Scratch = SearchScratch<Lanes>;
    const vecino_graph& g;
    const vecino_graph_search& s;
    Scratch m;
    int32_t candidates = 0, passed = 0, results = 0, visits = 0, tightened = 0;
    float limit = kInfinity;
    int64_t begun = 0;
    mutable int32_t steps = 0;

    Known(const vecino_graph& graph, const vecino_graph_search& search, void* memory)
        : g(graph), s(search), m(memory, graph, search) {
        if (s.patience != 0) begun = nanoseconds();
    }

    const unsigned char* row(uint32_t vertex) const { return g.rows + static_cast<int64_t>(vertex) * g.row_bytes; }

    bool see(uint32_t vertex) {
        uint32_t& word = m.seen[vertex / 32];
        const uint32_t bit = uint32_t{1} << vertex % 32;
        const bool fresh = (word & bit) == 0;
        word |= bit;
        return fresh;
    }

    // Clears what was seen.
    void forget(int64_t marked, bool all) {
        if (all) {
            __builtin_memset(m.seen, 0, static_cast<uint64_t>(m.words) * 4);
        } else {
            for (int64_t i = 0; i < marked; i++) m.seen[m.marked[i] / 32] = 0;
        }
    }

    // Takes the closest candidate; false if the search may end.
    bool take_closest(uint32_t& vertex, float& estimate) {
        if (candidates == 0) return false;
        estimate = least_estimate();
        if (!(estimate < limit)) return false;
        if (full() && passed >= s.effort && below<Lanes>(m.passed, passed, estimate) >= s.effort) return false;
        vertex = take(estimate);
        return true;
    }

    float least_estimate() const {
        V low = Lanes::all(kInfinity);
        for (int32_t i = 0; i < candidates; i += Lanes::lanes) low = Lanes::least(low, Lanes::load(m.estimates + i));
        return Lanes::least_of(low);
    }

    // Takes a candidate of this estimate; there must be one.
    uint32_t take(float estimate) {
        int32_t at = 0;
        for (const V wanted = Lanes::all(estimate);; at += Lanes::lanes) {
            const uint32_t same = Lanes::equal(Lanes::load(m.estimates + at), wanted);
            if (same != 0) {
                at += __builtin_ctz(same);
                break;
            }
        }
        const uint32_t vertex = m.candidates[at];
        candidates--;
        m.estimates[at] = m.estimates[candidates];
        m.candidates[at] = m.candidates[candidates];
        m.estimates[candidates] = kInfinity;
        return vertex;
    }

    // Appends those of a register of candidates that are chosen; behind the last of all `end_candidates`.
    void add_candidates(V estimates, typename Lanes::I ids, uint32_t chosen) {
        Lanes::keep(m.estimates + candidates, estimates, chosen);
        Lanes::keep(m.candidates + candidates, ids, chosen);
        candidates += __builtin_popcount(chosen);
    }
    void end_candidates() {
        Lanes::store(m.estimates + candidates, Lanes::all(kInfinity));
        if (candidates > m.room - Scratch::kSpare) compact();
    }

    bool accepted(uint32_t vertex) const {
        if (s.filter == nullptr) return true;
        const uint32_t ordinal = g.ordinals[vertex];
        return s.filter[ordinal / 64] >> ordinal % 64 & 1;
    }

    void pass(float estimate) {
        if (passed % Lanes::lanes == 0) Lanes::store(m.passed + passed, Lanes::all(kInfinity));
        m.passed[passed++] = estimate;
        if (passed > m.room - Scratch::kSpare) compact();
    }

    bool good(float distance) const { return distance < (results < s.kept ? kInfinity : m.best[s.kept - 1]); }

    void offer(uint32_t vertex, float distance) {
        if (!good(distance)) return;
        int32_t at = results < s.kept ? results++ : s.kept - 1;
        for (; at > 0 && m.best[at - 1] > distance; at--) {
            m.best[at] = m.best[at - 1];
            m.results[at] = m.results[at - 1];
        }
        m.best[at] = distance;
        m.results[at] = vertex;
    }

    bool full() const { return results == s.kept; }

    // Under a filter: takes the closest candidate; false if all that is closer than the last result that must be covered was
    // visited.
    bool take_filtered(uint32_t& vertex, float& estimate) {
        if (candidates == 0) return false;
        estimate = least_estimate();
        if (!(estimate < limit)) return false;
        if (visits >= s.effort && results >= s.covered && !(estimate < m.best[s.covered - 1])) return false;
        vertex = take(estimate);
        return true;
    }

    // Forgets candidates that are no closer than the last result.
    void tighten() {
        if (!full() || !(m.best[s.kept - 1] < limit)) return;
        limit = m.best[s.kept - 1];
        if (candidates < 2 * tightened + kNeighbours) return;
        candidates = keep(m.estimates, m.candidates, candidates);
        tightened = candidates;
    }

    bool narrow() const { return s.filter != nullptr && visits > s.effort; }

    bool gave_up() const { return s.filter != nullptr && visits > s.visits; }

    uint32_t accepted(typename Lanes::I vertices, uint32_t chosen) const {
        const auto* words = reinterpret_cast<const uint32_t*>(s.filter);
        return chosen & ~Lanes::unseen(words, Lanes::gather(g.ordinals, vertices, chosen), chosen);
    }

    // Whether nothing at or above an estimate matters.
    bool enough(float estimate) const {
        const int32_t returnable = below<Lanes>(m.passed, passed, estimate);
        const int32_t open = below<Lanes>(m.estimates, candidates, estimate);
        const bool crowded = 4 * open >= s.room;
        if (s.filter != nullptr) return crowded;  // it is not known which of them count
        return full() ? returnable + open >= s.effort : returnable >= s.effort || crowded;
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

    bool asked_to_stop() const {
        if (s.stop != nullptr && *static_cast<const volatile int32_t*>(s.stop) != 0) return true;
        return s.patience != 0 && steps++ % kStepsPerClock == 0 && nanoseconds() - begun >= s.patience;
    }

    // Calls for every vertex that is accepted, blocks of 32 at a time; false if asked to stop.
    template <class Block>
    bool each_accepted(Block block) const {
        uint32_t some[kNeighbours];
        int32_t count = 0;
        const auto add = [&](uint32_t vertex) {
            some[count++] = vertex;
            if (count < kNeighbours) return true;
            count = 0;
            block(some, kNeighbours);
            return !asked_to_stop();
        };
        if (s.filter != nullptr && g.vertices != nullptr) {
            for (int32_t first = 0; first < g.count; first += 64) {
                uint64_t word = s.filter[first / 64];
                if (g.count - first < 64) word &= (uint64_t{1} << (g.count - first)) - 1;
                for (; word != 0; word &= word - 1) {
                    if (!add(g.vertices[first + __builtin_ctzll(word)])) return false;
                }
            }
        } else {
            for (int32_t vertex = 0; vertex < g.count; vertex++) {
                if (accepted(static_cast<uint32_t>(vertex)) && !add(static_cast<uint32_t>(vertex))) return false;
            }
        }
        block(some, count);
        return !asked_to_stop();
    }

    int32_t report(float length, uint32_t* ordinals, float* scores) const {
        const int32_t count = results < s.k ? results : s.k;
        for (int32_t i = 0; i < count; i++) {
            const uint32_t vertex = m.results[i];
            ordinals[i] = g.ordinals[vertex];
            scores[i] = s.query_factor * length + s.bias_factor * g.biases[vertex] + s.distance_factor * m.best[i];
        }
        return count;
    }
};

}  // namespace
