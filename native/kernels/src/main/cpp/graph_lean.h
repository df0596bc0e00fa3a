// The search of layout lean: a visit reads the codes of the neighbours that were not seen yet, wherever they lie; the best
// are scored again by refine codes. Several visits' codes are on their way from memory while one is worked on.
#pragma once

#include "graph_candidates.h"

namespace {

constexpr int64_t kLeanTile = 4;
constexpr float kLevelCentre = 7.5f;

template <class Lanes>
float product(const float* a, const unsigned char* own, int64_t dimension, int32_t element_bytes) {
    using V = typename Lanes::V;
    V even = Lanes::all(0), odd = Lanes::all(0);
    for (int64_t i = 0; i < dimension; i += 2 * Lanes::lanes) {
        even = Lanes::multiply_add(Lanes::load(a + i), load_own<Lanes>(own, i, element_bytes), even);
        odd = Lanes::multiply_add(Lanes::load(a + i + Lanes::lanes), load_own<Lanes>(own, i + Lanes::lanes, element_bytes), odd);
    }
    return Lanes::sum(Lanes::add(even, odd));
}

template <class Lanes>
struct LeanSearch : Known<Lanes> {
    using V = typename Lanes::V;
    using K = Known<Lanes>;
    using K::g;
    using K::m;
    using K::s;
    const LeanParts parts;
    signed char* query;
    float square = 0, unit = 0, offset = 0;
    // Vertices whose codes were asked for: [head, tail) are still to be estimated.
    int64_t head = 0, tail = 0;
    bool lost = false;

    LeanSearch(const vecino_graph& graph, const vecino_graph_search& search, void* memory)
        : K(graph, search, memory), parts(lean_parts(graph)), query(reinterpret_cast<signed char*>(m.tables)) {}

    // The query's elements to int8; what estimates have in common.
    void encode() {
        V most = Lanes::all(0), squares = Lanes::all(0), sums = Lanes::all(0);
        for (int32_t i = 0; i < g.dimension; i += Lanes::lanes) {
            const V v = Lanes::load(m.query + i);
            most = Lanes::most(most, Lanes::magnitude(v));
            squares = Lanes::multiply_add(v, v, squares);
        }
        const float widest = Lanes::most_of(most);
        const float factor = widest > 0 ? 127 / widest : 0;
        for (int32_t i = 0; i < g.dimension; i += Lanes::lanes) {
            const V scaled = Lanes::round(Lanes::multiply(Lanes::load(m.query + i), Lanes::all(factor)));
            sums = Lanes::add(sums, scaled);
            Lanes::store_bytes(query + i, scaled);
        }
        unit = widest / 127;
        square = Lanes::sum(squares);
        offset = -kLevelCentre * Lanes::sum(sums) * unit;
    }

    void ask(const unsigned char* row) const {
        for (int64_t i = 0; i < parts.ids; i += kCacheLine) prefetch(row, static_cast<uint64_t>(i));
        prefetch(row, static_cast<uint64_t>(parts.ids - 1));
    }

    // Asks for the codes of the neighbours that were not seen yet, of accepted ones if narrow; returns how many.
    int32_t expand(uint32_t vertex) {
        if (tail + 2 * kNeighbours > m.marked_room) {
            lost = true;
            __builtin_memmove(m.marked, m.marked + head, static_cast<uint64_t>(tail - head) * sizeof(uint32_t));
            tail -= head;
            head = 0;
        }
        const uint32_t* ids = reinterpret_cast<const uint32_t*>(K::row(vertex) + parts.ids);
        const int64_t before = tail;
        for (int32_t i = 0; i < kNeighbours; i += Lanes::lanes) {
            const auto some = Lanes::load_ids(ids + i);
            uint32_t fresh = Lanes::unseen(m.seen, some, (uint32_t{1} << Lanes::lanes) - 1);
            if (K::narrow()) fresh = K::accepted(some, fresh);
            for (; fresh != 0; fresh &= fresh - 1) {
                const uint32_t id = ids[i + __builtin_ctz(fresh)];
                if (!K::see(id)) continue;
                m.marked[tail++] = id;
                ask(K::row(id));
            }
        }
        return static_cast<int32_t>(tail - before);
    }

    // Estimates of up to 32 vertices.
    VECINO_INLINE void estimate(const uint32_t* ids, int32_t count, float* out) const {
        alignas(64) int32_t totals[kNeighbours];
        alignas(64) float add[kNeighbours], multiply[kNeighbours];
        for (int64_t i = 0; i < count; i += kLeanTile) {
            const unsigned char* rows[kLeanTile];
            for (int64_t j = 0; j < kLeanTile; j++) {
                rows[j] = K::row(ids[i + j < count ? i + j : i]);
                float factors[2];
                __builtin_memcpy(factors, rows[j] + parts.factors, sizeof factors);
                add[i + j] = factors[0];
                multiply[i + j] = factors[1];
            }
            Lanes::level_products(query, rows, g.dimension / 2, totals + i);
        }
        const V base = Lanes::all(square), scale = Lanes::all(unit), shift = Lanes::all(offset);
        for (int32_t i = 0; i < count; i += Lanes::lanes) {
            const V sum = Lanes::multiply_add(Lanes::from_ints(totals + i), scale, shift);
            const V terms = Lanes::add(base, Lanes::load(add + i));
            Lanes::store(out + i, Lanes::multiply_add(sum, Lanes::load(multiply + i), terms));
        }
    }

    // Makes candidates of the next `count` vertices.
    void enter(int32_t count) {
        alignas(64) float guesses[kNeighbours];
        const uint32_t* ids = m.marked + head;
        estimate(ids, count, guesses);
        const V limits = Lanes::all(K::limit);
        for (int32_t i = 0; i < count; i += Lanes::lanes) {
            const V guess = Lanes::load(guesses + i);
            const int32_t left = count - i;
            const uint32_t inside = left >= Lanes::lanes ? ~uint32_t{0} : (uint32_t{1} << left) - 1;
            K::add_candidates(guess, Lanes::load_ids(ids + i), Lanes::less(guess, limits) & inside);
        }
        K::end_candidates();
        head += count;
        if (s.filter == nullptr) return;
        for (int32_t i = 0; i < count; i++) {
            if (K::good(guesses[i]) && K::accepted(ids[i])) K::offer(ids[i], guesses[i]);
        }
        K::tighten();
    }

    bool next(int32_t& count) {
        uint32_t vertex;
        float guess;
        if (s.filter != nullptr) {
            if (!K::take_filtered(vertex, guess)) return false;
        } else {
            if (!K::take_closest(vertex, guess)) return false;
            K::offer(vertex, guess);
            K::pass(guess);
        }
        K::visits++;
        count = expand(vertex);
        return true;
    }

    int32_t run(const float* point, uint32_t* ordinals, float* scores) {
        const float length = into_space<Lanes>(g, point, m.query);
        encode();
        int32_t flight[kMostFlights] = {1};
        int32_t flying = 1;
        K::see(0);
        m.marked[tail++] = 0;
        bool stopped = false;
        while (flying > 0) {
            if (K::asked_to_stop()) {
                stopped = true;
                break;
            }
            if (K::gave_up()) break;
            enter(flight[0]);
            flying--;
            for (int32_t i = 0; i < flying; i++) flight[i] = flight[i + 1];
            while (flying < s.flights && next(flight[flying])) flying++;
        }
        K::forget(tail, lost);
        if (stopped) return -1;
        return K::gave_up() ? 0 : finish(length, ordinals, scores);
    }

    int32_t scan(const float* point, uint32_t* ordinals, float* scores) {
        const float length = into_space<Lanes>(g, point, m.query);
        encode();
        const bool ended = K::each_accepted([&](const uint32_t* some, int32_t count) {
            alignas(64) float guesses[kNeighbours];
            for (int32_t i = 0; i < count; i++) ask(K::row(some[i]));
            estimate(some, count, guesses);
            for (int32_t i = 0; i < count; i++) K::offer(some[i], guesses[i]);
        });
        return ended ? finish(length, ordinals, scores) : -1;
    }

    // Scores what was kept by refine codes, if there are any.
    int32_t finish(float length, uint32_t* ordinals, float* scores) {
        if (g.refined == nullptr) return K::report(length, ordinals, scores);
        const int64_t stride = static_cast<int64_t>(g.refined_dimension) * g.refined_bytes;
        const auto refined = [&](int32_t i) { return g.refined + static_cast<int64_t>(m.results[i]) * stride; };
        const auto request = [&](int32_t i) {
            if (i >= K::results) return;
            for (int64_t at = 0; at < stride; at += kCacheLine) prefetch(refined(i), static_cast<uint64_t>(at));
        };
        constexpr int32_t kAhead = 3;
        for (int32_t i = 0; i < kAhead; i++) request(i);
        int32_t found = 0;
        for (int32_t i = 0; i < K::results; i++) {
            request(i + kAhead);
            const float score =
                s.refined_product ? product<Lanes>(s.refined_query, refined(i), g.refined_dimension, g.refined_bytes)
                                  : -distance<Lanes>(s.refined_query, refined(i), g.refined_dimension, g.refined_bytes);
            if (found == s.k && !(score > scores[found - 1])) continue;
            int32_t at = found < s.k ? found++ : found - 1;
            for (; at > 0 && scores[at - 1] < score; at--) {
                scores[at] = scores[at - 1];
                ordinals[at] = ordinals[at - 1];
            }
            scores[at] = score;
            ordinals[at] = g.ordinals[m.results[i]];
        }
        return found;
    }
};

}  // namespace
