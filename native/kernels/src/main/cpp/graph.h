// Defines the graph's ABI for a level's lanes. Included by exactly one translation unit per level.
#pragma once

#include "graph_build.h"
#include "graph_lean.h"
#include "graph_search.h"

namespace {

template <class Lanes, bool Scan, class Search>
int32_t run_search(Search search, const void* query, void* ordinals, void* scores) {
    const auto* point = static_cast<const float*>(query);
    auto* found = static_cast<uint32_t*>(ordinals);
    auto* values = static_cast<float*>(scores);
    return Scan ? search.scan(point, found, values) : search.run(point, found, values);
}

template <class Lanes, bool Scan>
int32_t run_search(const vecino_graph& graph, const vecino_graph_search& search, const void* query, void* scratch,
                   void* ordinals, void* scores) {
    return graph.layout == kLean
               ? run_search<Lanes, Scan>(LeanSearch<Lanes>(graph, search, scratch), query, ordinals, scores)
               : run_search<Lanes, Scan>(FastSearch<Lanes>(graph, search, scratch), query, ordinals, scores);
}

}  // namespace

#define VECINO_DEFINE_GRAPH(level)                                                                                     \
    int32_t vecino_graph_rotate_##level(const vecino_graph* space, const void* points, int32_t count, void* out,       \
                                        int64_t out_stride, void* lengths) {                                           \
        rotate_points<level>(*space, static_cast<const float*>(points), count, static_cast<unsigned char*>(out),       \
                             out_stride, static_cast<float*>(lengths));                                                \
        return 0;                                                                                                      \
    }                                                                                                                  \
    int32_t vecino_graph_extent_##level(const void* own, int64_t count, int32_t dimension, int32_t element_bytes,      \
                                        void* out) {                                                                   \
        extent<level>(static_cast<Bytes>(own), count * dimension, element_bytes, static_cast<float*>(out));            \
        return 0;                                                                                                      \
    }                                                                                                                  \
    int32_t vecino_graph_code_##level(const void* own, int64_t count, int32_t dimension, int32_t element_bytes,        \
                                      float factor, void* codes, void* norms, void* sums) {                            \
        code_points<level>(static_cast<Bytes>(own), count, dimension, element_bytes, factor,                           \
                           static_cast<signed char*>(codes), static_cast<int32_t*>(norms),                             \
                           static_cast<int32_t*>(sums));                                                               \
        return 0;                                                                                                      \
    }                                                                                                                  \
    int32_t vecino_graph_link_##level(const vecino_graph_build* build, const void* order, int32_t first, int32_t size, \
                                      void* forward, void* counts, void* scratch, const void* stop) {                  \
        return link<level>(*build, static_cast<const uint32_t*>(order), first, size, static_cast<uint32_t*>(forward),  \
                           static_cast<int32_t*>(counts), scratch, static_cast<const volatile int32_t*>(stop));        \
    }                                                                                                                  \
    int32_t vecino_graph_merge_##level(const vecino_graph_build* build, const void* order, int32_t first,              \
                                       int32_t size, const void* forward, const void* counts, int32_t part,            \
                                       int32_t parts, void* scratch) {                                                 \
        merge<level>(*build, static_cast<const uint32_t*>(order), first, size, static_cast<const uint32_t*>(forward),  \
                     static_cast<const int32_t*>(counts), part, parts, scratch);                                       \
        return 0;                                                                                                      \
    }                                                                                                                  \
    int32_t vecino_graph_trim_##level(const vecino_graph_build* build, int32_t from, int32_t to, void* out,            \
                                      void* scratch) {                                                                 \
        trim<level>(*build, from, to, static_cast<uint32_t*>(out), scratch);                                           \
        return 0;                                                                                                      \
    }                                                                                                                  \
    int32_t vecino_graph_pack_##level(const vecino_graph* graph, const void* own, int64_t own_stride,                  \
                                      const void* neighbours, const void* vertices, int32_t from, int32_t to) {        \
        pack_vertices<level>(*graph, static_cast<Bytes>(own), own_stride, static_cast<const uint32_t*>(neighbours),    \
                             static_cast<const uint32_t*>(vertices), from, to);                                        \
        return 0;                                                                                                      \
    }                                                                                                                  \
    int32_t vecino_graph_scan_##level(const vecino_graph* graph, const vecino_graph_search* search,                    \
                                      const void* query, void* scratch, void* ordinals, void* scores, const void*) {   \
        return run_search<level, true>(*graph, *search, query, scratch, ordinals, scores);                             \
    }                                                                                                                  \
    int32_t vecino_graph_search_##level(const vecino_graph* graph, const vecino_graph_search* search,                  \
                                        const void* query, void* scratch, void* ordinals, void* scores, const void*) { \
        return run_search<level, false>(*graph, *search, query, scratch, ordinals, scores);                            \
    }
