// Building the graph: points are linked in batches that search the graph as the batch before left it, so the result
// depends on the order of the points alone, never on threads. Pruning after Subramanya et al., "DiskANN" (2019), with the
// relative neighbourhood rule of HNSW; batches after Manohar et al., "ParlayANN" (2024).
#pragma once

#include "graph_space.h"

namespace {

constexpr int32_t kMostBuildEffort = 2048;
constexpr int32_t kMostCapacity = 256;
constexpr int32_t kMostCandidates = kMostBuildEffort * 2;
constexpr uint32_t kNobody = ~uint32_t{0};

struct Candidate {
    int32_t distance;
    uint32_t id;
};

// Scratch of one thread: a bit per point, all 0 between calls, then candidates.
struct BuildScratch {
    uint64_t* seen;
    Candidate* pool;
    Candidate* visited;
    uint32_t* touched;
};
inline BuildScratch build_scratch(void* memory, int32_t count) {
    const int64_t words = (static_cast<int64_t>(count) + 63) / 64;
    uint64_t* seen = static_cast<uint64_t*>(memory);
    Candidate* pool = reinterpret_cast<Candidate*>(seen + words);
    Candidate* visited = pool + kMostBuildEffort + 1;
    return {seen, pool, visited, reinterpret_cast<uint32_t*>(visited + kMostCandidates)};
}

inline bool before(const Candidate& a, const Candidate& b) {
    return a.distance < b.distance || (a.distance == b.distance && a.id < b.id);
}

// Heapsort: no memory, no worst case.
inline void sort(Candidate* c, int32_t n) {
    const auto sift = [&](int32_t at, int32_t end) {
        const Candidate moved = c[at];
        for (int32_t child = 2 * at + 1; child < end; child = 2 * at + 1) {
            if (child + 1 < end && before(c[child], c[child + 1])) child++;
            if (!before(moved, c[child])) break;
            c[at] = c[child];
            at = child;
        }
        c[at] = moved;
    };
    for (int32_t i = n / 2 - 1; i >= 0; i--) sift(i, n);
    for (int32_t end = n - 1; end > 0; end--) {
        const Candidate top = c[0];
        c[0] = c[end];
        c[end] = top;
        sift(0, end);
    }
}

template <class Lanes>
VECINO_INLINE int32_t distance(const vecino_graph_build& b, uint32_t x, uint32_t y) {
    const int64_t dimension = b.dimension;
    const int32_t product = Lanes::product(b.codes + x * dimension, b.codes + y * dimension, dimension, b.sums[y]);
    return b.norms[x] + b.norms[y] - 2 * product;
}

template <class Lanes>
VECINO_INLINE void ask_for(const vecino_graph_build& b, uint32_t x) {
    const auto* code = reinterpret_cast<Bytes>(b.codes) + x * static_cast<int64_t>(b.dimension);
    for (int64_t i = 0; i < b.dimension; i += kCacheLine) prefetch(code, static_cast<uint64_t>(i));
}

// Candidates sorted, without p and without doubles. Keeps one only if no kept one is alpha times closer to it than p is.
template <class Lanes>
int32_t prune(const vecino_graph_build& b, const Candidate* c, int32_t n, uint32_t* out) {
    int32_t kept = 0;
    for (int32_t i = 0; i < n && kept < b.degree; i++) {
        bool good = true;
        for (int32_t j = 0; j < kept && good; j++) {
            const int32_t between = distance<Lanes>(b, c[i].id, out[j]);
            good = between != 0 && !(b.alpha * static_cast<float>(between) < static_cast<float>(c[i].distance));
        }
        if (good) out[kept++] = c[i].id;
    }
    return kept;
}

inline bool see(uint64_t* seen, uint32_t id) {
    uint64_t& word = seen[id / 64];
    const uint64_t bit = uint64_t{1} << id % 64;
    const bool fresh = (word & bit) == 0;
    word |= bit;
    return fresh;
}

constexpr uint32_t kChecked = uint32_t{1} << 31;

// The best `effort` points for p and those visited on the way, to s.visited; p itself must not be linked yet.
template <class Lanes>
int32_t find(const vecino_graph_build& b, uint32_t p, const BuildScratch& s) {
    int32_t size = 1, found = 0;
    const uint32_t entry = static_cast<uint32_t>(b.entry);
    see(s.seen, entry);
    s.pool[0] = {distance<Lanes>(b, p, entry), entry};
    for (int32_t next = 0; next < size;) {
        Candidate& best = s.pool[next];
        if (best.id & kChecked) {
            next++;
            continue;
        }
        const uint32_t from = best.id;
        if (found < kMostCandidates - kMostBuildEffort) s.visited[found++] = best;
        best.id |= kChecked;
        const uint32_t* list = b.neighbours + static_cast<int64_t>(from) * b.capacity;
        uint32_t fresh[kMostCapacity];
        int32_t count = 0;
        for (int32_t i = 0; i < b.degrees[from]; i++) {
            if (!see(s.seen, list[i])) continue;
            fresh[count++] = list[i];
            ask_for<Lanes>(b, list[i]);
        }
        int32_t lowest = next + 1;
        for (int32_t i = 0; i < count; i++) {
            const Candidate c{distance<Lanes>(b, p, fresh[i]), fresh[i]};
            if (size == b.effort && c.distance >= s.pool[size - 1].distance) continue;
            int32_t low = 0, high = size;
            while (low < high) {
                const int32_t middle = (low + high) / 2;
                if (s.pool[middle].distance <= c.distance) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            if (size < b.effort) size++;
            __builtin_memmove(s.pool + low + 1, s.pool + low,
                              static_cast<uint64_t>(size - 1 - low) * sizeof(Candidate));
            s.pool[low] = c;
            if (low < lowest) lowest = low;
        }
        next = lowest < next + 1 ? lowest : next + 1;
    }
    return found;
}

// Clears what `find` saw: every bit that it set belongs to the entry or to a neighbour of a visited point.
inline void forget(const vecino_graph_build& b, const BuildScratch& s, int32_t found, bool all) {
    if (all) {
        const int64_t words = (static_cast<int64_t>(b.count) + 63) / 64;
        __builtin_memset(s.seen, 0, static_cast<uint64_t>(words) * 8);
        return;
    }
    s.seen[b.entry / 64] = 0;
    for (int32_t i = 0; i < found; i++) {
        const uint32_t from = s.visited[i].id;
        const uint32_t* list = b.neighbours + static_cast<int64_t>(from) * b.capacity;
        for (int32_t j = 0; j < b.degrees[from]; j++) s.seen[list[j] / 64] = 0;
    }
}

template <class Lanes>
int32_t link(const vecino_graph_build& b, const uint32_t* order, int32_t first, int32_t size, uint32_t* forward,
             int32_t* counts, void* memory, const volatile int32_t* stop) {
    const BuildScratch s = build_scratch(memory, b.count);
    for (int32_t i = 0; i < size; i++) {
        if (*stop != 0) return -1;
        const uint32_t p = order[first + i];
        const int32_t found = find<Lanes>(b, p, s);
        forget(b, s, found, found == kMostCandidates - kMostBuildEffort);
        sort(s.visited, found);
        counts[i] = prune<Lanes>(b, s.visited, found, forward + static_cast<int64_t>(i) * b.degree);
    }
    return 0;
}

inline bool holds(const uint32_t* list, int32_t n, uint32_t id) {
    for (int32_t i = 0; i < n; i++) {
        if (list[i] == id) return true;
    }
    return false;
}

// Puts the closest of the sorted candidates into the places that pruning left free.
inline int32_t fill(const Candidate* c, int32_t n, uint32_t* out, int32_t kept, int32_t degree) {
    for (int32_t i = 0; i < n && kept < degree; i++) {
        if (!holds(out, kept, c[i].id)) out[kept++] = c[i].id;
    }
    return kept;
}

template <class Lanes>
void add_neighbour(const vecino_graph_build& b, uint32_t to, uint32_t neighbour, Candidate* scratch) {
    uint32_t* list = b.neighbours + static_cast<int64_t>(to) * b.capacity;
    int32_t& degree = b.degrees[to];
    for (int32_t i = 0; i < degree; i++) {
        if (list[i] == neighbour) return;
    }
    if (degree == b.capacity) {
        for (int32_t i = 0; i < degree; i++) scratch[i] = {distance<Lanes>(b, to, list[i]), list[i]};
        sort(scratch, degree);
        const int32_t known = degree;
        degree = fill(scratch, known, list, prune<Lanes>(b, scratch, known, list), b.degree);
    }
    list[degree++] = neighbour;
}

template <class Lanes>
void merge(const vecino_graph_build& b, const uint32_t* order, int32_t first, int32_t size, const uint32_t* forward,
           const int32_t* counts, int32_t part, int32_t parts, void* memory) {
    Candidate* scratch = build_scratch(memory, b.count).pool;
    const auto mine = [&](uint32_t id) { return static_cast<int32_t>(id % static_cast<uint32_t>(parts)) == part; };
    for (int32_t i = 0; i < size; i++) {
        const uint32_t p = order[first + i];
        const uint32_t* list = forward + static_cast<int64_t>(i) * b.degree;
        for (int32_t j = 0; j < counts[i]; j++) {
            if (mine(p)) add_neighbour<Lanes>(b, p, list[j], scratch);
            if (mine(list[j])) add_neighbour<Lanes>(b, list[j], p, scratch);
        }
    }
}

template <class Lanes>
void trim(const vecino_graph_build& b, int32_t from, int32_t to, uint32_t* out, void* memory) {
    const BuildScratch s = build_scratch(memory, b.count);
    for (int32_t p = from; p < to; p++) {
        const auto id = static_cast<uint32_t>(p);
        uint32_t* own = out + static_cast<int64_t>(p) * b.degree;
        const uint32_t* list = b.neighbours + static_cast<int64_t>(p) * b.capacity;
        const int32_t degree = b.degrees[p];
        for (int32_t i = 0; i < degree; i++) s.pool[i] = {distance<Lanes>(b, id, list[i]), list[i]};
        sort(s.pool, degree);
        int32_t kept = prune<Lanes>(b, s.pool, degree, own);
        kept = fill(s.pool, degree, own, kept, b.degree);
        if (kept < b.degree) {
            int32_t hops = 0;
            for (int32_t i = 0; i < kept; i++) {
                const uint32_t* next = b.neighbours + static_cast<int64_t>(own[i]) * b.capacity;
                for (int32_t j = 0; j < b.degrees[own[i]] && hops < kMostCandidates; j++) {
                    if (next[j] != id) s.visited[hops++] = {distance<Lanes>(b, id, next[j]), next[j]};
                }
            }
            sort(s.visited, hops);
            kept = fill(s.visited, hops, own, kept, b.degree);
        }
        while (kept < b.degree) own[kept++] = kNobody;
    }
}

}  // namespace
