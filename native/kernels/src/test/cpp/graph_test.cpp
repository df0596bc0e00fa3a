// Builds and searches graphs through the C ABI: for sanitizers, ThreadSanitizer among them.
#include <cstdio>
#include <cstdlib>
#include <set>

#include "graph_builder.h"

namespace {

int failures = 0;

void check(bool good, const char* level, const char* what) {
    if (good) return;
    failures++;
    std::printf("FAILED at %s: %s\n", level, what);
}

std::vector<float> random_points(int32_t n, int32_t dimension, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> points(static_cast<size_t>(n) * static_cast<size_t>(dimension));
    for (auto& value : points) value = normal(random);
    return points;
}

float squared_distance(const float* a, const float* b, int32_t dimension) {
    float sum = 0;
    for (int32_t i = 0; i < dimension; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

size_t search_scratch(const vecino_graph& g, const vecino_graph_search& s) {
    return static_cast<size_t>((g.count + 511) / 512 * 64 + 4 * g.dimension + 4 * g.dimension * g.bits + 16 * (s.room + 128) + 8 * s.k);
}

void searches(const GraphLevel& level, int32_t n, int32_t dimension, int32_t element_bytes, int32_t bits) {
    const std::vector<float> points = random_points(n, dimension, 1), queries = random_points(20, dimension, 2);
    GraphSettings settings;
    settings.element_bytes = element_bytes;
    settings.bits = bits;
    BuiltGraph built(level, points, dimension, settings);
    const int32_t k = std::min(10, n);
    const vecino_graph_search search{k, 100, 3, 232, 0, 0, -1, nullptr, nullptr};
    Aligned scratch(search_scratch(built.graph(), search));
    size_t found = 0, wanted = 0;
    for (int32_t q = 0; q < 20; q++) {
        const float* query = queries.data() + q * dimension;
        std::vector<std::pair<float, uint32_t>> exact;
        for (int32_t i = 0; i < n; i++) exact.emplace_back(squared_distance(query, points.data() + i * dimension, dimension), i);
        std::sort(exact.begin(), exact.end());
        std::set<uint32_t> best;
        for (int32_t i = 0; i < k; i++) best.insert(exact[static_cast<size_t>(i)].second);
        std::vector<uint32_t> ordinals(static_cast<size_t>(k));
        std::vector<float> scores(static_cast<size_t>(k));
        const int32_t results = level.search(&built.graph(), &search, query, scratch.memory, ordinals.data(), scores.data(), built.graph().rows);
        for (int32_t i = 0; i < results; i++) found += best.count(ordinals[static_cast<size_t>(i)]);
        wanted += best.size();
    }
    check(static_cast<double>(found) >= 0.9 * static_cast<double>(wanted), level.name, "recall of random points");
}

void same_graph_with_any_threads(const GraphLevel& level) {
    const std::vector<float> points = random_points(3000, 40, 3);
    GraphSettings settings;
    settings.threads = 1;
    const BuiltGraph one(level, points, 40, settings);
    settings.threads = 4;
    const BuiltGraph four(level, points, 40, settings);
    check(one.neighbours() == four.neighbours(), level.name, "the same graph with one and with four threads");
}

}  // namespace

int main() {
    for (const GraphLevel& level : graph_levels()) {
        for (int32_t dimension : {1, 31, 33, 96, 100}) {
            for (int32_t n : {1, 2, 33, 700}) {
                for (int32_t bits : {1, 2, 4}) searches(level, n, dimension, bits == 2 ? 4 : 2, bits);
            }
        }
        same_graph_with_any_threads(level);
        std::printf("%s: done\n", level.name);
    }
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
