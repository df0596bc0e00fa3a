// Reports how fast each kernel reads memory, as a share of a plain streamed read of the same array in the same run.
//   scan_speed [dimension] [megabytes]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "formats.h"
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

using Clock = std::chrono::steady_clock;

double seconds(Clock::time_point from) { return std::chrono::duration<double>(Clock::now() - from).count(); }

// The best of several passes, in bytes per nanosecond.
template <class Work>
double best_rate(double bytes, Work work, int passes = 7) {
    double best = 0;
    for (int i = 0; i < passes; i++) {
        const auto from = Clock::now();
        work();
        const double rate = bytes / seconds(from) / 1e9;
        if (rate > best) best = rate;
    }
    return best;
}

// The plainest loop that touches all memory once, at the widest registers that the machine has.
#define STREAMED_READ(name, width, attributes)                                                             \
    attributes __attribute__((noinline)) uint64_t name(const unsigned char* data, size_t bytes) {          \
        typedef uint64_t Block __attribute__((vector_size(width), aligned(1), may_alias));                 \
        Block a{}, b{}, c{}, d{};                                                                          \
        for (size_t i = 0; i + 4 * width <= bytes; i += 4 * width) {                                       \
            const Block* at = reinterpret_cast<const Block*>(data + i);                                    \
            a += at[0];                                                                                    \
            b += at[1];                                                                                    \
            c += at[2];                                                                                    \
            d += at[3];                                                                                    \
        }                                                                                                  \
        a += b + c + d;                                                                                    \
        uint64_t sum = 0;                                                                                  \
        for (size_t i = 0; i < width / sizeof sum; i++) sum += a[i];                                       \
        return sum;                                                                                        \
    }

STREAMED_READ(read128, 16, )
#if defined(__x86_64__)
STREAMED_READ(read256, 32, __attribute__((target("avx2"))))
STREAMED_READ(read512, 64, __attribute__((target("avx512f"))))
#endif

volatile uint64_t sink;

double streamed_read(const Memory& data) {
    const auto rate = [&](uint64_t (*read)(const unsigned char*, size_t)) {
        return best_rate(static_cast<double>(data.size()), [&] {
            __asm__ volatile("" ::: "memory");
            sink = read(data.data(), data.size());
        });
    };
    double best = rate(read128);
#if defined(__x86_64__)
    if (vecino_levels() & 1) best = std::max(best, rate(read256));
    if (vecino_levels() & 2) best = std::max(best, rate(read512));
#endif
    return best;
}

struct Entry {
    const char* name;
    Format format;
    int32_t level;
    int32_t (*rows)(const void*, const void*, int64_t, int32_t, int32_t, void*);
    int32_t (*ordinals)(const void*, const void*, int64_t, int64_t, const void*, int32_t, int32_t, void*);
    int32_t (*batch)(const void*, int32_t, const void*, int64_t, int32_t, int32_t, void*);
};

constexpr int32_t avx2 = 1, avx512 = 2;

#define ENTRY(op, type, level)                               \
    {"vecino_" #op "_" #type "_" #level,                     \
     type,                                                   \
     level,                                                  \
     vecino_##op##_##type##_##level##_rows,                  \
     vecino_##op##_##type##_##level##_ordinals,              \
     vecino_##op##_##type##_##level##_batch},
#define ENTRIES(level, bit) VECINO_KERNELS(ENTRY, level)

}  // namespace

int main(int argc, char** argv) {
    const int32_t dimension = argc > 1 ? std::atoi(argv[1]) : 384;
    const size_t bytes = static_cast<size_t>((argc > 2 ? std::atof(argv[2]) : 300.0) * 1e6);
    const Entry entries[] = {VECINO_LEVELS(ENTRIES)};
    Memory data(bytes);
    std::mt19937_64 random(20260117);
    // Floats below 1 in every 16 and 32 bit pattern: never zeros, never NaN.
    for (size_t i = 0; i + 2 <= bytes; i += 2) {
        const uint16_t half = static_cast<uint16_t>(0x3000 | (random() & 0x87ff));
        std::memcpy(data.data() + i, &half, 2);
    }
    constexpr int32_t query_count = 100;
    std::vector<float> queries(static_cast<size_t>(dimension) * query_count);
    std::normal_distribution<float> normal;
    for (float& q : queries) q = normal(random);

    std::printf("dimension %d, %.1f MB\n%-26s %8s %7s %8s %12s %12s\n", dimension, static_cast<double>(bytes) / 1e6,
                "kernel", "rows GB/s", "share", "Mrows/s", "gather GB/s", "batch GMAC/s");
    for (const Entry& e : entries) {
        if (!(vecino_levels() & e.level)) continue;
        const int64_t stride = e.format.row_bytes(dimension);
        const int32_t count = static_cast<int32_t>(static_cast<int64_t>(bytes) / stride);
        const double scanned = static_cast<double>(stride) * count;
        std::vector<float> scores(static_cast<size_t>(count));
        // The streamed rate drifts on a shared machine: it is taken again just before each kernel.
        const double streamed = streamed_read(data);
        const double rows = best_rate(scanned, [&] {
            e.rows(queries.data(), data.data(), stride, count, dimension, scores.data());
        });
        std::vector<int32_t> ordinals(200000);
        for (int32_t& o : ordinals) o = static_cast<int32_t>(random() % static_cast<uint64_t>(count));
        const double gathered = best_rate(static_cast<double>(stride) * 200000, [&] {
            for (size_t i = 0; i < ordinals.size(); i += 32) {
                e.ordinals(queries.data(), data.data(), stride, count, &ordinals[i], 32, dimension, scores.data());
            }
        }, 3);
        const int32_t batch_count = count < 20000 ? count : 20000;
        std::vector<float> many(static_cast<size_t>(batch_count) * query_count);
        const double products = best_rate(static_cast<double>(dimension) * batch_count * query_count, [&] {
            e.batch(queries.data(), query_count, data.data(), stride, batch_count, dimension, many.data());
        }, 3);
        std::printf("%-26s %8.1f %6.0f%% %8.1f %12.1f %12.1f\n", e.name, rows, 100 * rows / streamed,
                    1e3 * rows / static_cast<double>(stride), gathered, products);
    }
    std::printf("streamed read %.1f GB/s\n", streamed_read(data));
}
