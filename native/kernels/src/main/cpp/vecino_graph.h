// C ABI of the proximity graph. Arguments are valid by contract (io.vecino.kernels checks them before the call and the
// ids of a graph once when it is opened); nothing is allocated, nothing throws. Points live in a rotated space: centred,
// padded with zeros to `dimension` (a multiple of 32) and rotated, which keeps distances.
//
// Row of a vertex, io.vecino.kernels.GraphLayout repeats it, each part at a multiple of 64 bytes:
//   own      dimension elements of float32 or float16: the vertex itself
//   codes    one FastScan block of 32 neighbours: (neighbour - vertex) in levels of `bits` bits, first dimension lowest;
//            with one bit -1 and 1, else l - (2^bits - 1) / 2
//   add      32 float32 | multiply 32 float32: estimate = |query - vertex|^2 + add + multiply * <levels, query>
//   ids      32 uint32: the neighbours' vertex numbers; the vertex's own number where there is none
// In layout lean a row, a multiple of 32 bytes, has no `own`:
//   codes    the vertex itself in levels of 4 bits, l - 7.5: byte j has element j in its low half, dimension / 2 + j above
//   add, multiply   a float32 each: estimate = |query|^2 + add + multiply * <levels, query>
//   ids      as above
// and rows of refine codes lie apart: float32 or float16 in the space of the original vectors.
// Vertex 0 is where a search begins.
#pragma once

#include <stdint.h>

#include "vecino_kernels.h"

constexpr int32_t kGraphMostDimension = 16384;
constexpr int32_t kGraphDimensionUnit = 32;

enum vecino_graph_layout { kFast = 0, kLean = 1 };

struct vecino_graph {
    unsigned char* rows;       // aligned to 64 bytes
    const uint32_t* ordinals;  // of each vertex
    const float* biases;       // of each vertex: its squared length before centring
    const float* centre;       // `dimension` values
    const uint32_t* signs;     // rounds x dimension: bit 31 set where a coordinate changes its sign
    int64_t row_bytes;
    int32_t count;
    int32_t dimension;
    int32_t query_dimension;  // elements of a query, at most `dimension`
    int32_t element_bytes;    // 4: float32, 2: float16
    int32_t bits;             // of a neighbour's code per dimension: 1, 2 or 4; of a vertex' code in layout lean: 4
    int32_t layout;           // vecino_graph_layout
    const unsigned char* refined;  // layout lean: rows of refine codes, in the order of vertices; null if there are none
    int32_t refined_dimension;     // a multiple of 32
    int32_t refined_bytes;         // of an element: 4 or 2
    const uint32_t* vertices;      // of each ordinal; null if not known
};

// score = query_factor * |query|^2 + bias_factor * bias + distance_factor * distance^2
struct vecino_graph_search {
    int32_t k;        // at most `effort`
    int32_t effort;   // efSearch: ends when so many visited vertices are estimated closer than all others known;
                      // under a filter so many visits make candidates of all neighbours, the later ones of accepted ones
    int32_t flights;  // vertices asked of memory at a time, 1 to 8
    int32_t room;     // candidates remembered, at least 2 x effort + 32
    float query_factor;
    float bias_factor;
    float distance_factor;
    int32_t kept;            // results before they are scored again, at least k; without refine codes k
    const uint64_t* filter;  // bit per ordinal: which may be returned; null for all
    const int32_t* stop;     // ends the search soon after it becomes non-zero; null for never
    const float* refined_query;  // `refined_dimension` values
    int32_t refined_product;     // 1: scores are inner products with refine codes, 0: negative squared distances
    int32_t visits;              // under a filter: with more the search gives up, without results
    int64_t patience;            // nanoseconds after which the search ends as if stopped; 0 for any time
    int32_t covered;             // under a filter, k to `kept`: ends when all known closer than this result were visited
};

// A graph being built over int8 codes, distances are exact integers, so that it is the same at every level.
struct vecino_graph_build {
    const signed char* codes;  // count x dimension
    const int32_t* norms;      // sums of squared codes
    const int32_t* sums;       // sums of codes
    uint32_t* neighbours;      // count x capacity
    int32_t* degrees;
    int32_t count;
    int32_t dimension;
    int32_t capacity;  // at least twice `degree`
    int32_t degree;    // neighbours that pruning leaves at most
    int32_t effort;    // efConstruction
    int32_t entry;
    float alpha;       // a candidate goes if a chosen neighbour is alpha times closer to it (squared distances)
};

#if defined(__cplusplus)
#include <stddef.h>
// io.vecino.kernels.GraphStructs repeats them.
static_assert(sizeof(vecino_graph) == 96 && offsetof(vecino_graph, row_bytes) == 40 && offsetof(vecino_graph, vertices) == 88);
static_assert(sizeof(vecino_graph_search) == 80 && offsetof(vecino_graph_search, filter) == 32);
static_assert(sizeof(vecino_graph_build) == 72 && offsetof(vecino_graph_build, count) == 40);
#endif

// rotate:  count x query_dimension float32 points to own rows (`out_stride` bytes apart) and their squared lengths.
// extent:  the largest magnitude and the sum of squares of count x dimension elements to out[0], out[1].
// code:    elements times `factor`, rounded, clamped to +-127, to codes, norms and sums.
// link:    for each of order[first, first + size): a search from the entry, pruned, to forward[i * degree] and counts[i].
//          Reads the graph only. Returns 0, or -1 if stopped.
// merge:   gives the linked points their neighbours and the way back, for the points whose id is `part` modulo `parts`.
// trim:    final lists of `degree` ids for points [from, to), filled up with pruned and two-hop neighbours; ~0 if none.
// pack:    rows of vertices [from, to) of `graph` from points in ordinal order; `vertices` maps ordinal to vertex.
// scan:    as search, over every vertex.
// search:  results best first; returns their number, or -1 if stopped. `rows` are those of the graph once more: who calls
//          keeps arguments alive, not what they point to.
#define VECINO_DECLARE_GRAPH(level, bit)                                                                               \
    VECINO_EXPORT int32_t vecino_graph_rotate_##level(const struct vecino_graph* space, const void* points,            \
                                                      int32_t count, void* out, int64_t out_stride, void* lengths);    \
    VECINO_EXPORT int32_t vecino_graph_extent_##level(const void* own, int64_t count, int32_t dimension,               \
                                                      int32_t element_bytes, void* out);                               \
    VECINO_EXPORT int32_t vecino_graph_code_##level(const void* own, int64_t count, int32_t dimension,                 \
                                                    int32_t element_bytes, float factor, void* codes, void* norms,     \
                                                    void* sums);                                                       \
    VECINO_EXPORT int32_t vecino_graph_link_##level(const struct vecino_graph_build* build, const void* order,         \
                                                    int32_t first, int32_t size, void* forward, void* counts,          \
                                                    void* scratch, const void* stop);                                  \
    VECINO_EXPORT int32_t vecino_graph_merge_##level(const struct vecino_graph_build* build, const void* order,        \
                                                     int32_t first, int32_t size, const void* forward,                 \
                                                     const void* counts, int32_t part, int32_t parts, void* scratch);  \
    VECINO_EXPORT int32_t vecino_graph_trim_##level(const struct vecino_graph_build* build, int32_t from, int32_t to,  \
                                                    void* out, void* scratch);                                         \
    VECINO_EXPORT int32_t vecino_graph_pack_##level(const struct vecino_graph* graph, const void* own,                 \
                                                    int64_t own_stride, const void* neighbours, const void* vertices,  \
                                                    int32_t from, int32_t to);                          \
    VECINO_EXPORT int32_t vecino_graph_scan_##level(const struct vecino_graph* graph,                                \
                                                      const struct vecino_graph_search* search, const void* query,     \
                                                      void* scratch, void* ordinals, void* scores, const void* rows);  \
    VECINO_EXPORT int32_t vecino_graph_search_##level(const struct vecino_graph* graph,                                \
                                                      const struct vecino_graph_search* search, const void* query,     \
                                                      void* scratch, void* ordinals, void* scores, const void* rows);

VECINO_LEVELS(VECINO_DECLARE_GRAPH)

