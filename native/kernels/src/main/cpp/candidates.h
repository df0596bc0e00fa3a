// What follows the inner products of a run of codes: constants of each code, and the choice of codes worth keeping.
// Plain loops that the compiler vectorises for the level, in an unnamed namespace as everything compiled per level.
#pragma once

#include "rows.h"

namespace {

constexpr int64_t kConstantsBlock = 256;

inline float load_float(Bytes from, int64_t index) {
    float value;
    __builtin_memcpy(&value, from + index * f32::bytes, sizeof value);
    return value;
}
inline void store_float(unsigned char* to, int64_t index, float value) {
    __builtin_memcpy(to + index * f32::bytes, &value, sizeof value);
}

// to[i] = origin + unit * the binary16 at from + i * stride.
template <class Level>
void read_halves(Bytes from, int64_t stride, int64_t count, float origin, float unit, unsigned char* to) {
    for (int64_t first = 0; first < count; first += kConstantsBlock) {
        const int64_t size = count - first < kConstantsBlock ? count - first : kConstantsBlock;
        unsigned char halves[kConstantsBlock * f16::bytes];
        for (int64_t i = 0; i < size; i++) {
            __builtin_memcpy(halves + i * f16::bytes, from + (first + i) * stride, f16::bytes);
        }
        float values[kConstantsBlock];
        int64_t i = 0;
        for (; i + Level::lanes <= size; i += Level::lanes) {
            Level::store(f32{}, reinterpret_cast<unsigned char*>(values + i), Level::load(f16{}, halves + i * f16::bytes));
        }
        if (i < size) {
            const int rest = static_cast<int>(size - i);
            Level::store_part(f32{}, reinterpret_cast<unsigned char*>(values + i),
                              Level::load_part(f16{}, halves + i * f16::bytes, rest, false), rest);
        }
        for (int64_t k = 0; k < size; k++) store_float(to, first + k, __builtin_fmaf(unit, values[k], origin));
    }
}

// The scores of `query_count` queries and `count` codes from the sums of their levels (vecino_kernels.h).
inline void finish(unsigned char* __restrict scores, int64_t query_count, int64_t count, Bytes constants, Bytes centres,
                   int64_t centre_stride, int64_t centre_count, Bytes __restrict queries, float top,
                   Bytes __restrict terms) {
    for (int64_t first = 0; first < count; first += kConstantsBlock) {
        const int64_t size = count - first < kConstantsBlock ? count - first : kConstantsBlock;
        float scale[kConstantsBlock], zero[kConstantsBlock], bias[kConstantsBlock], reach[kConstantsBlock];
        int32_t centre[kConstantsBlock];
        for (int64_t i = 0; i < size; i++) {
            scale[i] = load_float(constants, first + i);
            zero[i] = load_float(constants, count + first + i);
            bias[i] = load_float(constants, 2 * count + first + i);
            const float low = __builtin_fabsf(zero[i]), high = __builtin_fabsf(zero[i] + top);
            reach[i] = low < high ? high : low;
            centre[i] = 0;
        }
        if (centre_count > 1) {
            for (int64_t i = 0; i < size; i++) centre[i] = centres[(first + i) * centre_stride];
        }
        for (int64_t q = 0; q < query_count; q++) {
            const float factor = load_float(queries, 3 * q), sum = load_float(queries, 3 * q + 1);
            const float error = load_float(queries, 3 * q + 2);
            unsigned char* own = scores + (q * count + first) * f32::bytes;
            const Bytes term = terms + q * (centre_count == 1 ? 1 : 256) * f32::bytes;
            for (int64_t i = 0; i < size; i++) {
                const float levels = __builtin_fmaf(zero[i], sum, factor * load_float(own, i));
                const float most = __builtin_fmaf(reach[i], error, levels);
                store_float(own, i, __builtin_fmaf(scale[i], most, load_float(term, centre[i])) + bias[i]);
            }
        }
    }
}

// Positions of the values that reach `least`, in order; returns how many. NaN never does.
template <class Level>
int32_t select_floats(Bytes values, int64_t count, float least, unsigned char* positions) {
    const typename Level::V bound = Level::spread(least);
    int32_t found = 0;
    const auto keep = [&](uint32_t mask, int64_t first) {
        for (; mask != 0; mask &= mask - 1) {
            const int32_t position = static_cast<int32_t>(first) + __builtin_ctz(mask);
            __builtin_memcpy(positions + found++ * static_cast<int64_t>(sizeof position), &position, sizeof position);
        }
    };
    int64_t i = 0;
    for (; i + Level::lanes <= count; i += Level::lanes) {
        keep(Level::reaching(Level::load(f32{}, values + i * f32::bytes), bound), i);
    }
    if (i < count) {
        const int rest = static_cast<int>(count - i);
        const uint32_t inside = (1u << rest) - 1;
        keep(Level::reaching(Level::load_part(f32{}, values + i * f32::bytes, rest, false), bound) & inside, i);
    }
    return found;
}

// The same for 16-bit sums.
template <class Level>
int32_t select_sums(Bytes sums, int64_t count, int32_t least, unsigned char* positions) {
    constexpr int64_t kStep = Level::bytes / 2;
    const typename Level::I bound = Level::spread16(least);
    int32_t found = 0;
    const auto keep = [&](uint32_t mask, int64_t first) {
        for (; mask != 0; mask &= mask - 1) {
            const int32_t position = static_cast<int32_t>(first) + __builtin_ctz(mask) / Level::bits_per_sum;
            __builtin_memcpy(positions + found++ * static_cast<int64_t>(sizeof position), &position, sizeof position);
        }
    };
    int64_t i = 0;
    for (; i + kStep <= count; i += kStep) keep(Level::reaching16(Level::load_bytes(sums + 2 * i), bound), i);
    if (i < count) {
        const int64_t rest = count - i;
        const uint32_t inside = static_cast<uint32_t>((uint64_t{1} << (rest * Level::bits_per_sum)) - 1);
        keep(Level::reaching16(Level::load_bytes(sums + 2 * i, 2 * rest), bound) & inside, i);
    }
    return found;
}

}  // namespace
