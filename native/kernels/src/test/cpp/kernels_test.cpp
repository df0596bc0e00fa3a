// Every kernel, level, shape and tail length against a float64 oracle, each operand in its own allocation of exactly
// its size: built with VECINO_SANITIZE, one byte too far is an error.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <random>
#include <string>

#include "vecino_kernels.h"

namespace {

constexpr unsigned kSeed = 20260117;
constexpr int32_t kLargestDimension = 257;
constexpr int64_t f32 = 4, f16 = 2, i8 = 1;

int failures = 0;

// Exactly `size` bytes whose start misses alignment by `shift`; the allocation ends where they end.
struct Block {
    Block(int64_t size, int64_t shift)
        : memory(new unsigned char[static_cast<size_t>(size + shift)]), data(memory.get() + shift) {}
    template <class T>
    T get(int64_t index) const {
        T value;
        std::memcpy(&value, data + index * static_cast<int64_t>(sizeof(T)), sizeof(T));
        return value;
    }
    template <class T>
    void set(int64_t index, T value) {
        std::memcpy(data + index * static_cast<int64_t>(sizeof(T)), &value, sizeof(T));
    }
    std::unique_ptr<unsigned char[]> memory;
    unsigned char* data;
};

// IEEE binary16, finite.
double half(uint16_t bits) {
    const int exponent = bits >> 10 & 31;
    const int fraction = bits & 1023;
    const double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    return bits & 0x8000 ? -magnitude : magnitude;
}

struct Kernel {
    std::string name;
    bool l2;
    int64_t element_bytes;
    int32_t level;
    float (*pair)(const void*, const void*, int32_t);
    int32_t (*rows)(const void*, const void*, int64_t, int32_t, int32_t, void*);
    int32_t (*ordinals)(const void*, const void*, int64_t, int64_t, const void*, int32_t, int32_t, void*);
    int32_t (*batch)(const void*, int32_t, const void*, int64_t, int32_t, int32_t, void*);

    double element(const Block& rows, int64_t row_offset, int64_t i) const {
        const unsigned char* at = rows.data + row_offset + i * element_bytes;
        if (element_bytes == f32) {
            float value;
            std::memcpy(&value, at, sizeof value);
            return static_cast<double>(value);
        }
        if (element_bytes == f16) {
            uint16_t bits;
            std::memcpy(&bits, at, sizeof bits);
            return half(bits);
        }
        return static_cast<signed char>(*at);
    }

    void check(const char* shape, const Block& queries, int64_t q, const Block& rows, int64_t row_offset,
               int32_t dimension, float score) const {
        double value = 0, magnitude = 0;
        for (int64_t i = 0; i < dimension; i++) {
            const double a = static_cast<double>(queries.get<float>(q * dimension + i));
            const double x = element(rows, row_offset, i);
            const double term = l2 ? (a - x) * (a - x) : a * x;
            value += term;
            magnitude += std::fabs(term);
        }
        const double tolerance = (dimension / 8.0 + 8) * 0x1p-23 * magnitude;
        if (std::fabs(static_cast<double>(score) - value) <= tolerance) return;
        std::printf("%s %s dimension %d: expected %g, got %g\n", name.c_str(), shape, dimension, value,
                    static_cast<double>(score));
        failures++;
    }
};

void fill(Block& block, int64_t bytes, int64_t element_bytes, std::mt19937_64& random) {
    std::normal_distribution<float> normal;
    if (element_bytes == f32) {
        for (int64_t i = 0; i < bytes / f32; i++) block.set<float>(i, normal(random));
    } else if (element_bytes == f16) {
        for (int64_t i = 0; i < bytes / f16; i++) {
            block.set<uint16_t>(i, static_cast<uint16_t>(random() % 0x4800 | (random() & 0x8000)));
        }
    } else {
        for (int64_t i = 0; i < bytes; i++) block.set<uint8_t>(i, static_cast<uint8_t>(random()));
    }
}

void test(const Kernel& k, int32_t dimension, int64_t shift, std::mt19937_64& random) {
    const int32_t count = static_cast<int32_t>(random() % 12) + 1;
    const int32_t query_count = static_cast<int32_t>(random() % 14) + 1;
    const int64_t row_bytes = k.element_bytes * dimension;
    const int64_t stride = row_bytes + k.element_bytes * static_cast<int64_t>(random() % 3);
    const int64_t extent = stride * (count - 1) + row_bytes;
    Block queries(f32 * dimension * query_count, shift), rows(extent, shift), ordinals(4 * count, shift);
    Block scores(f32 * count, shift), many(f32 * count * query_count, shift), query(f32 * dimension, shift);
    fill(queries, f32 * dimension * query_count, f32, random);
    fill(rows, extent, k.element_bytes, random);
    std::memcpy(query.data, queries.data, static_cast<size_t>(f32 * dimension));

    k.check("pair", query, 0, rows, extent - row_bytes, dimension,
            k.pair(query.data, rows.data + extent - row_bytes, dimension));
    if (k.rows(query.data, rows.data, stride, count, dimension, scores.data) != 0) failures++;
    for (int32_t i = 0; i < count; i++) k.check("rows", query, 0, rows, i * stride, dimension, scores.get<float>(i));

    for (int32_t i = 0; i < count; i++) {
        ordinals.set<int32_t>(i, static_cast<int32_t>(random() % static_cast<unsigned>(count)));
    }
    if (k.ordinals(query.data, rows.data, stride, count, ordinals.data, count, dimension, scores.data) != 0) failures++;
    for (int32_t i = 0; i < count; i++) {
        k.check("ordinals", query, 0, rows, ordinals.get<int32_t>(i) * stride, dimension, scores.get<float>(i));
    }
    const int32_t bad = static_cast<int32_t>(random() % static_cast<unsigned>(count));
    ordinals.set<int32_t>(bad, random() % 2 ? count : -1);
    if (k.ordinals(query.data, rows.data, stride, count, ordinals.data, count, dimension, scores.data) != bad + 1) {
        std::printf("%s ordinals dimension %d: position %d not reported\n", k.name.c_str(), dimension, bad);
        failures++;
    }

    if (k.batch(queries.data, query_count, rows.data, stride, count, dimension, many.data) != 0) failures++;
    for (int32_t q = 0; q < query_count; q++) {
        for (int32_t i = 0; i < count; i++) {
            const int64_t at = static_cast<int64_t>(q) * count + i;
            k.check("batch", queries, q, rows, i * stride, dimension, many.get<float>(at));
        }
    }
}

struct Conversion {
    std::string name;
    int32_t level;
    int32_t (*encode)(const void*, void*, int64_t);
    int32_t (*decode)(const void*, void*, int64_t);
};

void test(const Conversion& c, int64_t count, int64_t shift, std::mt19937_64& random) {
    Block halves(f16 * count, shift), wide(f32 * count, shift), again(f16 * count, shift);
    fill(halves, f16 * count, f16, random);
    if (c.decode(halves.data, wide.data, count) != 0 || c.encode(wide.data, again.data, count) != 0) failures++;
    for (int64_t i = 0; i < count; i++) {
        const bool same = static_cast<double>(wide.get<float>(i)) == half(halves.get<uint16_t>(i));
        if (same && halves.get<uint16_t>(i) == again.get<uint16_t>(i)) continue;
        std::printf("%s: half %d changed\n", c.name.c_str(), halves.get<uint16_t>(i));
        failures++;
    }
}

constexpr bool is_l2(const char* op) { return op[0] == 'l'; }

#define KERNEL(op, type, level_name)                           \
    Kernel{#op "_" #type "_" #level_name,                      \
           is_l2(#op),                                         \
           type,                                               \
           level_bit,                                          \
           vecino_##op##_##type##_##level_name##_pair,         \
           vecino_##op##_##type##_##level_name##_rows,         \
           vecino_##op##_##type##_##level_name##_ordinals,     \
           vecino_##op##_##type##_##level_name##_batch},

#define RUN_LEVEL(level_name, bit)                                                                                    \
    {                                                                                                                 \
        constexpr int32_t level_bit = bit;                                                                            \
        const Kernel kernels[] = {VECINO_KERNELS(KERNEL, level_name)};                                                \
        const Conversion conversion{"f16 " #level_name, bit, vecino_encode_f16_##level_name,                          \
                                    vecino_decode_f16_##level_name};                                                  \
        if (vecino_levels() & level_bit) {                                                                            \
            for (int32_t n = 1; n <= kLargestDimension; n++) {                                                        \
                for (int64_t shift = 0; shift < 4; shift++) {                                                         \
                    for (const Kernel& k : kernels) test(k, n, shift, random);                                        \
                    test(conversion, n, shift, random);                                                               \
                }                                                                                                     \
            }                                                                                                         \
            std::printf("level " #level_name ": tested\n");                                                           \
        } else {                                                                                                      \
            std::printf("level " #level_name ": skipped, this machine lacks it\n");                                   \
        }                                                                                                             \
    }

}  // namespace

int main() {
    std::mt19937_64 random(kSeed);
    std::printf("seed %u\n", kSeed);
    VECINO_LEVELS(RUN_LEVEL)
    std::printf("%d failures\n", failures);
    return failures == 0 ? 0 : 1;
}
