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

// As io.vecino.kernels.GraphScratch computes it.
size_t search_scratch(const vecino_graph& g, const vecino_graph_search& s) {
    const int32_t room = s.room + 128;
    const bool lean = g.layout == kLean;
    return static_cast<size_t>((g.count + 511) / 512 * 64 + 4 * g.dimension + (lean ? g.dimension : 4 * g.dimension * g.bits) +
                               12 * room + 4 * (lean ? 16 * room : room) + 8 * s.kept);
}

// One search after the other in scratch of exactly the size that is needed, which sanitizers watch.
class Searcher {
public:
    Searcher(const GraphLevel& level, const vecino_graph& graph, int32_t k, int32_t effort)
        : level_(level), graph_(graph), k_(k), effort_(effort), refined_(static_cast<size_t>(graph.refined_dimension)),
          scratch_(search_scratch(graph, request(nullptr))) {}

    std::vector<uint32_t> search(const float* query, bool scan, const uint64_t* filter = nullptr) {
        std::copy_n(query, graph_.query_dimension, refined_.begin());
        const vecino_graph_search search = request(filter);
        std::vector<uint32_t> ordinals(static_cast<size_t>(k_));
        std::vector<float> scores(static_cast<size_t>(k_));
        const int32_t found = (scan ? level_.scan : level_.search)(&graph_, &search, query, scratch_.memory, ordinals.data(),
                                                                   scores.data(), graph_.rows);
        ordinals.resize(static_cast<size_t>(std::max(0, found)));
        return ordinals;
    }

private:
    vecino_graph_search request(const uint64_t* filter) const {
        const int32_t kept = graph_.refined == nullptr ? k_ : std::min(effort_, 2 * k_);
        return {k_, effort_, 3, 2 * effort_ + 32, 0, 0, -1, kept, filter, nullptr, refined_.data(), 0, 2 * effort_, 0, k_};
    }

    const GraphLevel& level_;
    const vecino_graph& graph_;
    int32_t k_, effort_;
    std::vector<float> refined_;
    Aligned scratch_;
};

void searches(const GraphLevel& level, int32_t n, int32_t dimension, const GraphSettings& settings) {
    const std::vector<float> points = random_points(n, dimension, 1), queries = random_points(20, dimension, 2);
    BuiltGraph built(level, points, dimension, settings);
    const int32_t k = std::min(10, n);
    Searcher searcher(level, built.graph(), k, 100);
    size_t found = 0, wanted = 0;
    for (int32_t q = 0; q < 20; q++) {
        const float* query = queries.data() + q * dimension;
        std::vector<std::pair<float, uint32_t>> exact;
        for (int32_t i = 0; i < n; i++) exact.emplace_back(squared_distance(query, points.data() + i * dimension, dimension), i);
        std::sort(exact.begin(), exact.end());
        std::set<uint32_t> best;
        for (int32_t i = 0; i < k; i++) best.insert(exact[static_cast<size_t>(i)].second);
        for (const uint32_t ordinal : searcher.search(query, false)) found += best.count(ordinal);
        wanted += best.size();
    }
    // In one dimension points lie closer together than codes of 4 bits tell.
    const double least = settings.layout == kLean && dimension == 1 ? 0.1 : 0.9;
    check(static_cast<double>(found) >= least * static_cast<double>(wanted), level.name, "recall of random points");
}

// Whatever a file holds whose numbers were verified: a search comes to its end and returns ordinals that exist.
void survives_any_bytes(const GraphLevel& level, const GraphSettings& settings, unsigned seed) {
    constexpr int32_t n = 300, dimension = 50, rounds = 60;
    BuiltGraph built(level, random_points(n, dimension, seed), dimension, settings);
    vecino_graph& g = built.graph();
    const auto bytes = static_cast<size_t>(n * g.row_bytes);
    const std::vector<unsigned char> honest(g.rows, g.rows + bytes);
    const std::vector<float> queries = random_points(rounds, dimension, seed + 1);
    std::mt19937 random(seed);
    std::vector<uint64_t> filter((n + 63) / 64);
    for (int32_t round = 0; round < rounds; round++) {
        std::copy(honest.begin(), honest.end(), g.rows);
        for (uint32_t i = random() % 4000; i > 0; i--) g.rows[random() % bytes] = static_cast<unsigned char>(random());
        // What Graph.verify refuses is put right.
        for (int32_t vertex = 0; vertex < n; vertex++) {
            unsigned char* ids = g.rows + vertex * g.row_bytes + built.ids_offset();
            for (int i = 0; i < 32; i++) {
                uint32_t id;
                std::memcpy(&id, ids + 4 * i, sizeof id);
                id %= n;
                std::memcpy(ids + 4 * i, &id, sizeof id);
            }
        }
        for (auto& word : filter) word = (static_cast<uint64_t>(random()) << 32 | random());
        const int32_t k = 1 + static_cast<int32_t>(random() % 40);
        Searcher searcher(level, g, k, k + static_cast<int32_t>(random() % 100));
        const float* query = queries.data() + round * dimension;
        for (const bool scan : {false, true}) {
            for (const uint64_t* some : {static_cast<const uint64_t*>(nullptr), static_cast<const uint64_t*>(filter.data())}) {
                const std::vector<uint32_t> found = searcher.search(query, scan, some);
                for (const uint32_t ordinal : found) {
                    check(ordinal < n && (some == nullptr || some[ordinal / 64] >> ordinal % 64 & 1), level.name,
                          "ordinals of a hostile graph");
                }
            }
        }
    }
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
                GraphSettings settings;
                for (int32_t bits : {1, 2, 4}) {
                    settings.bits = bits;
                    settings.element_bytes = bits == 2 ? 4 : 2;
                    searches(level, n, dimension, settings);
                }
                settings.layout = kLean;
                for (int32_t refined_bytes : {2, 4}) {
                    settings.refined_bytes = refined_bytes;
                    searches(level, n, dimension, settings);
                }
            }
        }
        for (unsigned seed = 1; seed <= 4; seed++) {
            GraphSettings settings;
            survives_any_bytes(level, settings, seed);
            settings.layout = kLean;
            settings.bits = 4;
            survives_any_bytes(level, settings, seed);
            settings.refined_bytes = 2;
            survives_any_bytes(level, settings, seed);
        }
        same_graph_with_any_threads(level);
        std::printf("%s: done\n", level.name);
    }
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
