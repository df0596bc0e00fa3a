// Every kernel, level, shape and tail length against a float64 oracle, each operand in its own allocation of exactly
// its size: built with VECINO_SANITIZE, one byte too far is an error.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <random>
#include <string>

#include "formats.h"
#include "vecino_kernels.h"

namespace {

constexpr unsigned kSeed = 20260117;
constexpr int32_t kLargestDimension = 257;
constexpr int64_t kFloat = 4, kHalf = 2;

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

double bfloat(uint16_t bits) {
    const uint32_t wide = static_cast<uint32_t>(bits) << 16;
    float value;
    std::memcpy(&value, &wide, sizeof value);
    return static_cast<double>(value);
}

// OCP OFP8, finite.
double small_float(int code, int fraction_bits, int bias) {
    const int exponent = (code & 127) >> fraction_bits, fraction = code & ((1 << fraction_bits) - 1);
    const int least = 1 - bias - fraction_bits;
    const double magnitude = exponent == 0 ? std::ldexp(fraction, least)
                                           : std::ldexp((1 << fraction_bits) + fraction, least + exponent - 1);
    return code & 128 ? -magnitude : magnitude;
}

int level(const unsigned char* row, const Format& format, int64_t dimension, int64_t i) {
    int value = 0;
    for (int bits : format.planes) {
        if (bits == 0) continue;
        const int64_t bytes = (dimension * bits + 7) / 8;
        const int64_t at = bits == 1 ? i / 8 : i % bytes, part = bits == 1 ? i % 8 : i / bytes;
        value = value << bits | (row[at] >> (part * bits) & ((1 << bits) - 1));
        row += bytes;
    }
    return value;
}

struct Kernel {
    std::string name, type;
    bool l2, int8_query;
    Format format;
    int32_t level;
    float (*pair)(const void*, const void*, int32_t);
    int32_t (*rows)(const void*, const void*, int64_t, int32_t, int32_t, void*);
    int32_t (*ordinals)(const void*, const void*, int64_t, int64_t, const void*, int32_t, int32_t, void*);
    int32_t (*batch)(const void*, int32_t, const void*, int64_t, int32_t, int32_t, void*);

    double element(const unsigned char* row, int64_t dimension, int64_t i) const {
        if (type == "f32") {
            float value;
            std::memcpy(&value, row + i * kFloat, sizeof value);
            return static_cast<double>(value);
        }
        if (type == "f16" || type == "bf16") {
            uint16_t bits;
            std::memcpy(&bits, row + i * kHalf, sizeof bits);
            return type == "f16" ? half(bits) : bfloat(bits);
        }
        if (type == "i8") return static_cast<signed char>(row[i]);
        if (type == "e4m3") return small_float(row[i], 3, 7);
        if (type == "e5m2") return small_float(row[i], 2, 15);
        return ::level(row, format, dimension, i);
    }

    void check(const char* shape, const Block& queries, int64_t q, const Block& rows, int64_t row_offset,
               int32_t dimension, float score) const {
        double value = 0, magnitude = 0;
        for (int64_t i = 0; i < dimension; i++) {
            const double a = int8_query ? static_cast<double>(queries.get<int8_t>(q * dimension + i))
                                        : static_cast<double>(queries.get<float>(q * dimension + i));
            const double x = element(rows.data + row_offset, dimension, i);
            const double term = l2 ? (a - x) * (a - x) : a * x;
            value += term;
            magnitude += std::fabs(term);
        }
        const int planes = format.planes[2] ? 3 : format.planes[1] ? 2 : 1;
        const double tolerance =
            int8_query ? 0 : (planes * dimension / 8.0 + 8) * 0x1p-23 * magnitude + dimension * 0x1p-149;
        if (std::fabs(static_cast<double>(score) - value) <= tolerance) return;
        std::printf("%s %s dimension %d: expected %g, got %g\n", name.c_str(), shape, dimension, value,
                    static_cast<double>(score));
        failures++;
    }
};

void fill_floats(Block& block, int64_t count, std::mt19937_64& random) {
    std::normal_distribution<float> normal;
    for (int64_t i = 0; i < count; i++) block.set<float>(i, normal(random));
}

// 16-bit patterns that are finite and not large as binary16, bfloat16 and two 8-bit floats.
void fill_halves(Block& block, int64_t count, std::mt19937_64& random) {
    for (int64_t i = 0; i < count; i++) {
        block.set<uint16_t>(i, static_cast<uint16_t>((random() & 0x80ff) | (random() % 0x48 << 8)));
    }
}

void fill(Block& block, int64_t bytes, const std::string& type, std::mt19937_64& random) {
    if (type == "f32") {
        fill_floats(block, bytes / kFloat, random);
    } else if (type == "f16" || type == "bf16") {
        fill_halves(block, bytes / kHalf, random);
    } else {
        const int finite = type == "e4m3" ? 0x7f : type == "e5m2" ? 0x7c : 0x80;
        for (int64_t i = 0; i < bytes; i++) {
            const int magnitude = static_cast<int>(random() % static_cast<unsigned>(finite));
            block.set<uint8_t>(i, static_cast<uint8_t>(magnitude | (random() & 0x80)));
        }
    }
}

void test(const Kernel& k, int32_t dimension, int64_t shift, std::mt19937_64& random) {
    const int32_t count = static_cast<int32_t>(random() % 12) + 1;
    const int32_t query_count = static_cast<int32_t>(random() % 14) + 1;
    const int64_t row_bytes = k.format.row_bytes(dimension);
    const int64_t stride = row_bytes + k.format.planes[0] / 8 * static_cast<int64_t>(random() % 3);
    const int64_t extent = stride * (count - 1) + row_bytes;
    const int64_t query_bytes = (k.int8_query ? 1 : kFloat) * dimension;
    Block queries(query_bytes * query_count, shift), rows(extent, shift), ordinals(4 * count, shift);
    Block scores(kFloat * count, shift), many(kFloat * count * query_count, shift), query(query_bytes, shift);
    if (k.int8_query) {
        fill(queries, query_bytes * query_count, "i8", random);
    } else {
        fill_floats(queries, dimension * query_count, random);
    }
    fill(rows, extent, k.type, random);
    std::memcpy(query.data, queries.data, static_cast<size_t>(query_bytes));

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
    double (*value)(uint16_t);
    int32_t (*encode)(const void*, void*, int64_t);
    int32_t (*decode)(const void*, void*, int64_t);
};

void test(const Conversion& c, int64_t count, int64_t shift, std::mt19937_64& random) {
    Block halves(kHalf * count, shift), wide(kFloat * count, shift), again(kHalf * count, shift);
    fill_halves(halves, count, random);
    if (c.decode(halves.data, wide.data, count) != 0 || c.encode(wide.data, again.data, count) != 0) failures++;
    for (int64_t i = 0; i < count; i++) {
        const bool same = static_cast<double>(wide.get<float>(i)) == c.value(halves.get<uint16_t>(i));
        if (same && halves.get<uint16_t>(i) == again.get<uint16_t>(i)) continue;
        std::printf("%s: half %d changed\n", c.name.c_str(), halves.get<uint16_t>(i));
        failures++;
    }
}

struct Packing {
    std::string name;
    int32_t (*pack)(const void*, void*, int64_t, int32_t, int32_t, int32_t);
    int32_t (*unpack)(const void*, void*, int64_t, int32_t, int32_t, int32_t);
};

constexpr Format kLevels[] = {u1, u2, u3, u4, u5, u6, u7, u8};

void test(const Packing& p, int32_t dimension, int64_t shift, std::mt19937_64& random) {
    constexpr int32_t count = 2;
    for (int bits = 1; bits <= 8; bits++) {
        const Format& format = kLevels[bits - 1];
        const int64_t stride = format.row_bytes(dimension) + shift;
        Block levels(count * dimension, shift), rows(stride * count - shift, shift), again(count * dimension, shift);
        for (int64_t i = 0; i < count * dimension; i++) levels.set<uint8_t>(i, static_cast<uint8_t>(random()));
        if (p.pack(levels.data, rows.data, stride, count, dimension, bits) != 0) failures++;
        if (p.unpack(rows.data, again.data, stride, count, dimension, bits) != 0) failures++;
        for (int64_t i = 0; i < count * dimension; i++) {
            const int kept = levels.get<uint8_t>(i) & ((1 << bits) - 1);
            const int stored = level(rows.data + i / dimension * stride, format, dimension, i % dimension);
            if (kept == stored && kept == again.get<uint8_t>(i)) continue;
            std::printf("%s: %d bits, dimension %d: level %d became %d, %d\n", p.name.c_str(), bits, dimension, kept,
                        stored, again.get<uint8_t>(i));
            failures++;
        }
    }
}

struct FastScan {
    std::string name;
    int32_t (*scan)(const void*, int32_t, const void*, int32_t, int32_t, void*);
    int32_t (*pack)(const void*, void*, int32_t, int32_t);
    int32_t (*unpack)(const void*, void*, int32_t, int32_t);
};

// Tables of 255 alone reach the largest sum.
void test(const FastScan& f, int32_t subquantizers, int64_t shift, std::mt19937_64& random) {
    const int32_t count = static_cast<int32_t>(random() % 100) + 1, blocks = (count + 31) / 32;
    const int32_t queries = static_cast<int32_t>(random() % 7) + 1;
    const int64_t pair_bytes = 32, vectors = blocks * 32;
    Block codes(int64_t{count} * subquantizers, shift), again(int64_t{count} * subquantizers, shift);
    Block packed((subquantizers + 1) / 2 * pair_bytes * blocks, shift);
    Block luts(int64_t{queries} * subquantizers * 16, shift), sums(2 * vectors * queries, shift);
    for (int64_t i = 0; i < count * subquantizers; i++) codes.set<uint8_t>(i, random() % 16);
    for (int64_t i = 0; i < queries * subquantizers * 16; i++) {
        luts.set<uint8_t>(i, shift == 0 ? uint8_t{255} : static_cast<uint8_t>(random()));
    }
    if (f.pack(codes.data, packed.data, count, subquantizers) != 0) failures++;
    if (f.unpack(packed.data, again.data, count, subquantizers) != 0) failures++;
    if (std::memcmp(codes.data, again.data, static_cast<size_t>(count * subquantizers)) != 0) {
        std::printf("%s: codes of %d sub-quantizers changed\n", f.name.c_str(), subquantizers);
        failures++;
    }
    if (f.scan(luts.data, queries, packed.data, blocks, subquantizers, sums.data) != 0) failures++;
    for (int64_t q = 0; q < queries; q++) {
        for (int64_t v = 0; v < count; v++) {
            int expected = 0;
            for (int64_t m = 0; m < subquantizers; m++) {
                const int code = codes.get<uint8_t>(v * subquantizers + m);
                expected += luts.get<uint8_t>((q * subquantizers + m) * 16 + code);
            }
            const int got = sums.get<uint16_t>(q * vectors + v);
            if (got == expected) continue;
            std::printf("%s: %d sub-quantizers, vector %d: expected %d, got %d\n", f.name.c_str(), subquantizers,
                        static_cast<int>(v), expected, got);
            failures++;
        }
    }
}

struct Candidates {
    std::string name;
    int32_t (*halves)(const void*, int64_t, int32_t, float, float, void*);
    int32_t (*finish)(void*, int32_t, int32_t, const void*, const void*, int64_t, int32_t, const void*, float,
                      const void*);
    int32_t (*floats)(const void*, int32_t, float, void*);
    int32_t (*sums)(const void*, int32_t, int32_t, void*);

    void expect(bool right, const char* what, int32_t count) const {
        if (right) return;
        std::printf("%s: %s of %d values\n", name.c_str(), what, count);
        failures++;
    }
};

void test(const Candidates& c, int32_t count, int64_t shift, std::mt19937_64& random) {
    const int64_t stride = 2 + shift * 3, centre_stride = 1 + shift;
    Block halves((count - 1) * stride + 2, shift), wide(count * kFloat, shift), positions(count * kFloat, shift);
    for (int64_t i = 0; i < (count - 1) * stride + 2; i++) halves.set<uint8_t>(i, random() % 0x40);
    c.expect(c.halves(halves.data, stride, count, 2, 0.5f, wide.data) == 0, "read_halves", count);
    for (int64_t i = 0; i < count; i++) {
        uint16_t bits;
        std::memcpy(&bits, halves.data + i * stride, sizeof bits);
        c.expect(wide.get<float>(i) == static_cast<float>(2 + 0.5 * half(bits)), "a half", count);
    }
    fill_floats(wide, count, random);
    const int32_t found = c.floats(wide.data, count, 0.5f, positions.data);
    int32_t expected = 0;
    for (int32_t i = 0; i < count; i++) {
        if (wide.get<float>(i) < 0.5f) continue;
        c.expect(expected < found && positions.get<int32_t>(expected) == i, "select_floats", count);
        expected++;
    }
    c.expect(expected == found, "select_floats", count);
    Block sums(count * 2, shift);
    for (int64_t i = 0; i < count; i++) sums.set<uint16_t>(i, static_cast<uint16_t>(random()));
    const int32_t reached = c.sums(sums.data, count, 40000, positions.data);
    expected = 0;
    for (int32_t i = 0; i < count; i++) {
        if (sums.get<uint16_t>(i) < 40000) continue;
        c.expect(expected < reached && positions.get<int32_t>(expected) == i, "select_sums", count);
        expected++;
    }
    c.expect(expected == reached, "select_sums", count);
    const int32_t queries = 3;
    Block scores(queries * count * kFloat, shift), constants(3 * count * kFloat, shift);
    Block centres((count - 1) * centre_stride + 1, shift), bound(3 * queries * kFloat, shift);
    Block terms(queries * 256 * kFloat, shift);
    fill_floats(scores, queries * count, random);
    fill_floats(constants, 3 * count, random);
    fill_floats(bound, 3 * queries, random);
    fill_floats(terms, queries * 256, random);
    for (int64_t i = 0; i < (count - 1) * centre_stride + 1; i++) centres.set<uint8_t>(i, static_cast<uint8_t>(random()));
    std::unique_ptr<double[]> exact(new double[static_cast<size_t>(queries * count)]);
    for (int64_t q = 0; q < queries; q++) {
        for (int64_t i = 0; i < count; i++) {
            const double zero = static_cast<double>(constants.get<float>(count + i));
            const double reach = std::fmax(std::fabs(zero), std::fabs(zero + 15));
            const double levels = static_cast<double>(bound.get<float>(3 * q)) * static_cast<double>(scores.get<float>(q * count + i)) +
                                  zero * static_cast<double>(bound.get<float>(3 * q + 1)) +
                                  reach * static_cast<double>(bound.get<float>(3 * q + 2));
            exact[static_cast<size_t>(q * count + i)] =
                static_cast<double>(terms.get<float>(q * 256 + centres.get<uint8_t>(i * centre_stride))) +
                static_cast<double>(constants.get<float>(i)) * levels + static_cast<double>(constants.get<float>(2 * count + i));
        }
    }
    c.expect(c.finish(scores.data, queries, count, constants.data, centres.data, centre_stride, 256, bound.data, 15,
                      terms.data) == 0,
             "finish", count);
    for (int64_t i = 0; i < queries * count; i++) {
        const double error = std::fabs(static_cast<double>(scores.get<float>(i)) - exact[static_cast<size_t>(i)]);
        c.expect(error <= 1e-4 * (1 + std::fabs(exact[static_cast<size_t>(i)])), "finish", count);
    }
}

constexpr bool is_l2(const char* op) { return op[0] == 'l'; }

#define KERNEL(op, type, level_name)                           \
    Kernel{#op "_" #type "_" #level_name,                      \
           #type,                                              \
           is_l2(#op),                                         \
           #op[0] == 'q',                                      \
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
        const Conversion conversions[] = {                                                                            \
            {"f16 " #level_name, half, vecino_encode_f16_##level_name, vecino_decode_f16_##level_name},               \
            {"bf16 " #level_name, bfloat, vecino_encode_bf16_##level_name, vecino_decode_bf16_##level_name}};         \
        const Packing packing{"levels " #level_name, vecino_pack_levels_##level_name,                                 \
                              vecino_unpack_levels_##level_name};                                                     \
        const FastScan fast_scan{"fast scan " #level_name, vecino_fast_scan_##level_name,                             \
                                 vecino_pack_fast_scan_##level_name, vecino_unpack_fast_scan_##level_name};           \
        const Candidates candidates{"candidates " #level_name, vecino_read_halves_##level_name,                       \
                                    vecino_finish_##level_name, vecino_select_floats_##level_name,                    \
                                    vecino_select_sums_##level_name};                                                 \
        if (vecino_levels() & level_bit) {                                                                            \
            for (int32_t n = 1; n <= kLargestDimension; n++) {                                                        \
                for (int64_t shift = 0; shift < 4; shift++) {                                                         \
                    for (const Kernel& k : kernels) test(k, n, shift, random);                                        \
                    for (const Conversion& c : conversions) test(c, n, shift, random);                                \
                    test(packing, n, shift, random);                                                                  \
                    if (n <= 256) test(fast_scan, n, shift, random);                                                  \
                    test(candidates, n, shift, random);                                                               \
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
