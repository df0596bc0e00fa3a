// The rotated space of a graph: elements of float32 or float16, rotation, distances. Written once over a level's lanes.
#pragma once

#include "rows.h"
#include "vecino_graph.h"

namespace {

constexpr int kRotationRounds = 4;
constexpr float kHalfRoot = 0.70710678f;

inline int64_t largest_power(int64_t n) {
    int64_t p = 1;
    while (p * 2 <= n) p *= 2;
    return p;
}

// In place, n a power of two and at least two registers.
template <class Lanes>
void hadamard(float* x, int64_t n) {
    using V = typename Lanes::V;
    for (int64_t half = n / 2; half >= Lanes::lanes; half /= 2) {
        for (int64_t block = 0; block < n; block += 2 * half) {
            for (int64_t i = block; i < block + half; i += Lanes::lanes) {
                const V a = Lanes::load(x + i), b = Lanes::load(x + i + half);
                Lanes::store(x + i, Lanes::add(a, b));
                Lanes::store(x + i + half, Lanes::subtract(a, b));
            }
        }
    }
    for (int64_t i = 0; i < n; i += Lanes::lanes) Lanes::store(x + i, Lanes::hadamard(Lanes::load(x + i)));
}

// Rounds of random signs, a Hadamard transform of the first or last power of two, and a Kac step over both halves:
// O(d log d), orthogonal.
template <class Lanes>
void rotate(float* x, int64_t dimension, const uint32_t* signs) {
    using V = typename Lanes::V;
    const int64_t power = largest_power(dimension);
    const V scale = Lanes::all(1 / __builtin_sqrtf(static_cast<float>(power)));
    for (int round = 0; round < kRotationRounds; round++, signs += dimension) {
        for (int64_t i = 0; i < dimension; i += Lanes::lanes) {
            Lanes::store(x + i, Lanes::flip(Lanes::load(x + i), signs + i));
        }
        float* part = round % 2 == 0 ? x : x + dimension - power;
        hadamard<Lanes>(part, power);
        for (int64_t i = 0; i < power; i += Lanes::lanes) {
            Lanes::store(part + i, Lanes::multiply(Lanes::load(part + i), scale));
        }
        if (power == dimension) continue;
        const int64_t half = dimension / 2;
        const V root = Lanes::all(kHalfRoot);
        for (int64_t i = 0; i < half; i += Lanes::lanes) {
            const V a = Lanes::load(x + i), b = Lanes::load(x + i + half);
            Lanes::store(x + i, Lanes::multiply(Lanes::add(a, b), root));
            Lanes::store(x + i + half, Lanes::multiply(Lanes::subtract(a, b), root));
        }
    }
}

// Centres, pads and rotates a point; returns its squared length before.
template <class Lanes>
float into_space(const vecino_graph& space, const float* point, float* out) {
    using V = typename Lanes::V;
    __builtin_memcpy(out, point, static_cast<uint64_t>(space.query_dimension) * sizeof(float));
    for (int32_t i = space.query_dimension; i < space.dimension; i++) out[i] = 0;
    V length = Lanes::all(0);
    for (int32_t i = 0; i < space.dimension; i += Lanes::lanes) {
        const V value = Lanes::load(out + i);
        length = Lanes::multiply_add(value, value, length);
        Lanes::store(out + i, Lanes::subtract(value, Lanes::load(space.centre + i)));
    }
    rotate<Lanes>(out, space.dimension, space.signs);
    return Lanes::sum(length);
}

template <class Lanes>
VECINO_INLINE typename Lanes::V load_own(const unsigned char* own, int64_t i, int32_t element_bytes) {
    return element_bytes == 4 ? Lanes::load(reinterpret_cast<const float*>(own) + i) : Lanes::load_half(own + 2 * i);
}

template <class Lanes>
VECINO_INLINE void store_own(unsigned char* own, int64_t i, int32_t element_bytes, typename Lanes::V v) {
    if (element_bytes == 4) {
        Lanes::store(reinterpret_cast<float*>(own) + i, v);
    } else {
        Lanes::store_half(own + 2 * i, v);
    }
}

template <class Lanes>
VECINO_INLINE float distance(const float* query, const unsigned char* own, int64_t dimension, int32_t element_bytes) {
    using V = typename Lanes::V;
    V even = Lanes::all(0), odd = Lanes::all(0);
    for (int64_t i = 0; i < dimension; i += 2 * Lanes::lanes) {
        const V a = Lanes::subtract(Lanes::load(query + i), load_own<Lanes>(own, i, element_bytes));
        const V b = Lanes::subtract(Lanes::load(query + i + Lanes::lanes),
                                    load_own<Lanes>(own, i + Lanes::lanes, element_bytes));
        even = Lanes::multiply_add(a, a, even);
        odd = Lanes::multiply_add(b, b, odd);
    }
    return Lanes::sum(Lanes::add(even, odd));
}

template <class Lanes>
void rotate_points(const vecino_graph& space, const float* points, int32_t count, unsigned char* out, int64_t stride,
                   float* lengths) {
    alignas(64) float row[kGraphMostDimension];
    for (int32_t p = 0; p < count; p++, points += space.query_dimension, out += stride) {
        lengths[p] = into_space<Lanes>(space, points, row);
        for (int64_t i = 0; i < space.dimension; i += Lanes::lanes) {
            store_own<Lanes>(out, i, space.element_bytes, Lanes::load(row + i));
        }
    }
}

template <class Lanes>
void extent(const unsigned char* own, int64_t elements, int32_t element_bytes, float* out) {
    using V = typename Lanes::V;
    V most = Lanes::all(0), total = Lanes::all(0);
    for (int64_t i = 0; i < elements; i += Lanes::lanes) {
        const V v = load_own<Lanes>(own, i, element_bytes);
        const V square = Lanes::multiply(v, v);
        most = Lanes::most(most, square);
        total = Lanes::add(total, square);
    }
    out[0] = __builtin_sqrtf(Lanes::most_of(most));
    out[1] = Lanes::sum(total);
}

template <class Lanes>
void code_points(const unsigned char* own, int64_t count, int32_t dimension, int32_t element_bytes, float factor,
                 signed char* codes, int32_t* norms, int32_t* sums) {
    const int64_t row_bytes = static_cast<int64_t>(dimension) * element_bytes;
    for (int64_t p = 0; p < count; p++, own += row_bytes, codes += dimension) {
        int32_t norm = 0, sum = 0;
        for (int64_t i = 0; i < dimension; i += Lanes::lanes) {
            alignas(64) float scaled[Lanes::lanes];
            Lanes::store(scaled, Lanes::round(Lanes::multiply(load_own<Lanes>(own, i, element_bytes), Lanes::all(factor))));
            for (int j = 0; j < Lanes::lanes; j++) {
                const float clamped = scaled[j] > 127 ? 127 : scaled[j] < -127 ? -127 : scaled[j];
                const int32_t code = static_cast<int32_t>(clamped);
                codes[i + j] = static_cast<signed char>(code);
                norm += code * code;
                sum += code;
            }
        }
        norms[p] = norm;
        sums[p] = sum;
    }
}

}  // namespace
