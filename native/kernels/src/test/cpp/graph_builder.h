// Builds a graph through the C ABI, as io.vecino.kernels does, with as many threads as asked for.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

#include "vecino_graph.h"

struct GraphLevel {
    const char* name;
    int32_t bit;
    decltype(&vecino_graph_rotate_avx2) rotate;
    decltype(&vecino_graph_extent_avx2) extent;
    decltype(&vecino_graph_code_avx2) code;
    decltype(&vecino_graph_link_avx2) link;
    decltype(&vecino_graph_merge_avx2) merge;
    decltype(&vecino_graph_trim_avx2) trim;
    decltype(&vecino_graph_pack_avx2) pack;
    decltype(&vecino_graph_search_avx2) search;
    decltype(&vecino_graph_scan_avx2) scan;
};
#define VECINO_GRAPH_LEVEL(level, bit)                                                                          \
    GraphLevel{#level, bit, vecino_graph_rotate_##level, vecino_graph_extent_##level, vecino_graph_code_##level, \
               vecino_graph_link_##level, vecino_graph_merge_##level, vecino_graph_trim_##level,                \
               vecino_graph_pack_##level, vecino_graph_search_##level, vecino_graph_scan_##level},
inline std::vector<GraphLevel> graph_levels() {
    std::vector<GraphLevel> here;
    for (const GraphLevel& level : {VECINO_LEVELS(VECINO_GRAPH_LEVEL)}) {
        if (vecino_levels() & level.bit) here.push_back(level);
    }
    return here;
}

struct Aligned {
    explicit Aligned(size_t bytes) : bytes(bytes), memory(static_cast<unsigned char*>(std::aligned_alloc(64, (bytes + 63) / 64 * 64))) {
        std::fill_n(memory, (bytes + 63) / 64 * 64, static_cast<unsigned char>(0));
    }
    Aligned(const Aligned&) = delete;
    Aligned& operator=(const Aligned&) = delete;
    ~Aligned() { std::free(memory); }
    size_t bytes;
    unsigned char* memory;
};

struct GraphSettings {
    int32_t element_bytes = 2, effort = 100, threads = 2, bits = 1;
    float alpha = 1.1f;
    int32_t layout = kFast, refined_bytes = 0;
};

class BuiltGraph {
public:
    BuiltGraph(const GraphLevel& level, const std::vector<float>& points, int32_t dimension, GraphSettings settings)
        : level_(level), n_(static_cast<int32_t>(points.size() / static_cast<size_t>(dimension))),
          padded_((dimension + kGraphDimensionUnit - 1) / kGraphDimensionUnit * kGraphDimensionUnit),
          centre_(static_cast<size_t>(padded_)), signs_(4 * static_cast<size_t>(padded_)), biases_(static_cast<size_t>(n_)),
          ordinals_(static_cast<size_t>(n_)) {
        const auto n = static_cast<size_t>(n_), d = static_cast<size_t>(dimension), wide = static_cast<size_t>(padded_);
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < d; k++) centre_[k] += points[i * d + k] / static_cast<float>(n);
        std::mt19937 random(7);
        for (auto& sign : signs_) sign = random() & 1 ? 0x80000000u : 0u;
        graph_ = {nullptr, ordinals_.data(), biases_.data(), centre_.data(), signs_.data(), 0, n_, padded_, dimension, settings.element_bytes, settings.bits, settings.layout, nullptr, padded_, settings.refined_bytes, nullptr};
        const int64_t own_bytes = static_cast<int64_t>(padded_) * settings.element_bytes;
        graph_.row_bytes = (own_bytes + 63) / 64 * 64 + padded_ * 4 * settings.bits + 3 * 128;
        if (settings.layout == kLean) graph_.row_bytes = (padded_ / 2 + 8 + 128 + 31) / 32 * 32;
        Aligned own(n * static_cast<size_t>(own_bytes));
        std::vector<float> lengths(n);
        level.rotate(&graph_, points.data(), n_, own.memory, own_bytes, lengths.data());
        float extent[2];
        level.extent(own.memory, n_, padded_, settings.element_bytes, extent);
        const double rms = std::sqrt(extent[1] / (static_cast<double>(n) * static_cast<double>(padded_)));
        const double reach = std::min(static_cast<double>(extent[0]), 8 * rms);
        Aligned codes(n * wide);
        std::vector<int32_t> norms(n), sums(n);
        level.code(own.memory, n_, padded_, settings.element_bytes, reach > 0 ? static_cast<float>(127 / reach) : 0, codes.memory, norms.data(), sums.data());
        const int32_t capacity = 64, degree = 32;
        std::vector<uint32_t> lists(n * capacity);
        std::vector<int32_t> degrees(n);
        const auto entry = static_cast<int32_t>(std::min_element(norms.begin(), norms.end()) - norms.begin());
        build_ = {reinterpret_cast<signed char*>(codes.memory), norms.data(), sums.data(), lists.data(), degrees.data(), n_, padded_, capacity, degree, settings.effort, entry, settings.alpha};
        std::vector<uint32_t> order(n);
        std::iota(order.begin(), order.end(), 0u);
        std::shuffle(order.begin(), order.end(), random);
        std::swap(order[0], *std::find(order.begin(), order.end(), static_cast<uint32_t>(entry)));
        const size_t scratch_bytes = (n + 63) / 64 * 8 + (size_t{1} << 17);
        std::vector<std::unique_ptr<Aligned>> scratch;
        for (int t = 0; t < settings.threads; t++) scratch.push_back(std::make_unique<Aligned>(scratch_bytes));
        const auto on_all = [&](auto body) {
            std::vector<std::thread> threads;
            for (int t = 1; t < settings.threads; t++) threads.emplace_back([&, t] { body(t); });
            body(0);
            for (auto& thread : threads) thread.join();
        };
        const int32_t stop = 0;
        for (int32_t done = 1; done < n_;) {
            const int32_t batch = std::min(n_ - done, std::max(1, std::min(done, n_ / 50)));
            std::vector<uint32_t> forward(static_cast<size_t>(batch * degree));
            std::vector<int32_t> counts(static_cast<size_t>(batch));
            std::atomic<int32_t> next{0};
            on_all([&](int t) {
                for (int32_t from; (from = next.fetch_add(16)) < batch;) {
                    level.link(&build_, order.data(), done + from, std::min(16, batch - from), forward.data() + from * degree, counts.data() + from, scratch[static_cast<size_t>(t)]->memory, &stop);
                }
            });
            on_all([&](int t) { level.merge(&build_, order.data(), done, batch, forward.data(), counts.data(), t, settings.threads, scratch[static_cast<size_t>(t)]->memory); });
            done += batch;
        }
        final_.resize(n * degree);
        on_all([&](int t) {
            const auto share = [&](int part) { return static_cast<int32_t>(static_cast<int64_t>(n_) * part / settings.threads); };
            level.trim(&build_, share(t), share(t + 1), final_.data(), scratch[static_cast<size_t>(t)]->memory);
        });
        std::vector<uint32_t> vertices(n, ~0u);
        size_t placed = 0;
        const auto place = [&](uint32_t ordinal) {
            if (vertices[ordinal] != ~0u) return;
            vertices[ordinal] = static_cast<uint32_t>(placed);
            ordinals_[placed++] = ordinal;
        };
        place(static_cast<uint32_t>(entry));
        for (size_t i = 0; i < placed; i++)
            for (int k = 0; k < degree; k++)
                if (const uint32_t u = final_[ordinals_[i] * 32 + static_cast<size_t>(k)]; u != ~0u) place(u);
        reachable_ = placed;
        for (uint32_t i = 0; i < n; i++) place(i);
        for (size_t i = 0; i < n; i++) biases_[i] = lengths[ordinals_[i]];
        graph_.vertices = (vertices_ = vertices).data();
        if (settings.refined_bytes != 0) refine(points, dimension, settings.refined_bytes);
        rows_ = std::make_unique<Aligned>(n * static_cast<size_t>(graph_.row_bytes));
        graph_.rows = rows_->memory;
        on_all([&](int t) {
            const auto share = [&](int part) { return static_cast<int32_t>(static_cast<int64_t>(n_) * part / settings.threads); };
            level.pack(&graph_, own.memory, own_bytes, final_.data(), vertices.data(), share(t), share(t + 1));
        });
    }

    size_t reachable() const { return reachable_; }
    const std::vector<uint32_t>& neighbours() const { return final_; }
    int64_t ids_offset() const { return graph_.layout == kLean ? padded_ / 2 + 8 : graph_.row_bytes - 128; }
    const vecino_graph& graph() const { return graph_; }
    vecino_graph& graph() { return graph_; }

private:
    void refine(const std::vector<float>& points, int32_t dimension, int32_t bytes) {
        const auto stride = static_cast<size_t>(padded_ * bytes);
        refined_ = std::make_unique<Aligned>(static_cast<size_t>(n_) * stride);
        for (size_t vertex = 0; vertex < static_cast<size_t>(n_); vertex++) {
            for (size_t i = 0; i < static_cast<size_t>(dimension); i++) {
                const float value = points[ordinals_[vertex] * static_cast<size_t>(dimension) + i];
                const auto half = static_cast<_Float16>(value);
                std::memcpy(refined_->memory + vertex * stride + i * static_cast<size_t>(bytes),
                            bytes == 4 ? static_cast<const void*>(&value) : &half, static_cast<size_t>(bytes));
            }
        }
        graph_.refined = refined_->memory;
    }

    const GraphLevel& level_;
    int32_t n_, padded_;
    std::vector<float> centre_;
    std::vector<uint32_t> signs_;
    std::vector<float> biases_;
    std::vector<uint32_t> ordinals_, final_, vertices_;
    vecino_graph graph_{};
    vecino_graph_build build_{};
    std::unique_ptr<Aligned> rows_, refined_;
    size_t reachable_ = 0;
};
