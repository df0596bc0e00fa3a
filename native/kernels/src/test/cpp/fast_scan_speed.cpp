// Compares FastScan with plain scans of 4-bit codes over the same number of vectors.
//   fast_scan_speed [sub-quantizers] [vectors]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "vecino_kernels.h"

namespace {

// Starts at a cache line, as mapped files do.
struct Memory {
    explicit Memory(size_t bytes) : room(bytes + 64), start(room.data()), length(bytes) {
        while (reinterpret_cast<uintptr_t>(start) % 64 != 0) start++;
    }
    unsigned char* data() { return start; }
    const unsigned char* data() const { return start; }
    size_t size() const { return length; }
    unsigned char* begin() { return start; }
    unsigned char* end() { return start + length; }

private:
    std::vector<unsigned char> room;
    unsigned char* start;
    size_t length;
};

// The best of several passes, in vectors per microsecond.
template <class Work>
double best_rate(double vectors, Work work) {
    double best = 0;
    for (int i = 0; i < 7; i++) {
        const auto from = std::chrono::steady_clock::now();
        work();
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
        if (vectors / seconds / 1e6 > best) best = vectors / seconds / 1e6;
    }
    return best;
}

// The plain scan: codes of two sub-quantizers in a byte, vector after vector, one float table of 16 for each.
__attribute__((noinline)) void plain_scan(const float* luts, const unsigned char* codes, size_t count,
                                          size_t subquantizers, float* sums) {
    const size_t bytes = subquantizers / 2;
    for (size_t i = 0; i < count; i++) {
        const unsigned char* own = codes + i * bytes;
        float a = 0, b = 0, c = 0, d = 0;
        size_t m = 0;
        for (; m + 2 <= bytes; m += 2) {
            const float* tables = luts + m * 32;
            a += tables[own[m] & 15];
            b += tables[16 + (own[m] >> 4)];
            c += tables[32 + (own[m + 1] & 15)];
            d += tables[48 + (own[m + 1] >> 4)];
        }
        for (; m < bytes; m++) a += luts[m * 32 + (own[m] & 15)] + luts[m * 32 + 16 + (own[m] >> 4)];
        sums[i] = (a + b) + (c + d);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const int32_t subquantizers = (argc > 1 ? std::atoi(argv[1]) : 96) / 2 * 2;
    const int32_t blocks = (argc > 2 ? std::atoi(argv[2]) : 1000000) / 32;
    const int32_t count = blocks * 32, dimension = 384, most_queries = 16;
    const size_t code_bytes = static_cast<size_t>(count) * static_cast<size_t>(subquantizers / 2);
    std::mt19937_64 random(20260117);
    Memory codes(code_bytes), luts(static_cast<size_t>(subquantizers) * 16 * most_queries);
    for (unsigned char& c : codes) c = static_cast<unsigned char>(random());
    for (unsigned char& c : luts) c = static_cast<unsigned char>(random());
    std::vector<float> tables(luts.begin(), luts.end()), query(static_cast<size_t>(dimension), 0.5f);
    Memory rows(static_cast<size_t>(count) * dimension / 2);
    for (unsigned char& c : rows) c = static_cast<unsigned char>(random());
    std::vector<float> scores(static_cast<size_t>(count));
    std::vector<uint16_t> sums(static_cast<size_t>(count) * most_queries);

    const double plain = best_rate(count, [&] {
        plain_scan(tables.data(), codes.data(), static_cast<size_t>(count), static_cast<size_t>(subquantizers),
                   scores.data());
    });
    std::printf("%d sub-quantizers, %d vectors, million vectors/s for one query\n", subquantizers, count);
    std::printf("%-34s %8.1f\n", "plain scan, float tables", plain);
#define LEVEL(level, bit)                                                                                             \
    if (vecino_levels() & bit) {                                                                                      \
        const double dot = best_rate(count, [&] {                                                                     \
            vecino_dot_u4_##level##_rows(query.data(), rows.data(), dimension / 2, count, dimension, scores.data());  \
        });                                                                                                           \
        std::printf("%-34s %8.1f\n", "dot_u4 rows of 384, " #level, dot);                                             \
        for (int32_t queries = 1; queries <= most_queries; queries *= 2) {                                            \
            const double fast = best_rate(static_cast<double>(count) * queries, [&] {                                 \
                vecino_fast_scan_##level(luts.data(), queries, codes.data(), blocks, subquantizers, sums.data());     \
            });                                                                                                       \
            std::printf("fast_scan %s, %2d queries %*s %8.1f  %5.1f x plain  %5.1f x dot_u4  %5.1f GB/s of codes\n",  \
                        #level, queries, static_cast<int>(12 - sizeof #level), "", fast, fast / plain, fast / dot,    \
                        fast * subquantizers / 2e3 / queries);                                                        \
        }                                                                                                             \
    }
    VECINO_LEVELS(LEVEL)
}
