// The graph at level AVX2.
#include "bytes_avx2.h"
#include "graph.h"

namespace {

// For each set of chosen elements the places that they come from, in order.
struct Places {
    alignas(64) uint8_t of[256][8];
    constexpr Places() : of{} {
        for (int chosen = 0; chosen < 256; chosen++) {
            int n = 0;
            for (int i = 0; i < 8; i++) {
                if (chosen >> i & 1) of[chosen][n++] = static_cast<uint8_t>(i);
            }
        }
    }
};
constexpr Places kPlaces;

struct avx2 : bytes_avx2 {
    using V = __m256;
    using I = bytes_avx2::I;
    static constexpr int lanes = 8;

    static V all(float x) { return _mm256_set1_ps(x); }
    static V load(const float* p) { return _mm256_loadu_ps(p); }
    static V load_half(Bytes p) { return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))); }
    static void store(float* p, V v) { _mm256_storeu_ps(p, v); }
    static void store_half(unsigned char* p, V v) {
        const __m128i half = _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(p), half);
    }
    static V add(V a, V b) { return _mm256_add_ps(a, b); }
    static V subtract(V a, V b) { return _mm256_sub_ps(a, b); }
    static V multiply(V a, V b) { return _mm256_mul_ps(a, b); }
    static V multiply_add(V a, V b, V c) { return _mm256_fmadd_ps(a, b, c); }
    static V least(V a, V b) { return _mm256_min_ps(a, b); }
    static V most(V a, V b) { return _mm256_max_ps(a, b); }
    static V magnitude(V a) { return _mm256_andnot_ps(sign_bits(), a); }
    static V round(V a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
    static V floor(V a) { return _mm256_floor_ps(a); }
    static float sum(V a) {
        const __m128 four = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
        const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
    }
    static float least_of(V a) {
        const __m128 four = _mm_min_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
        const __m128 two = _mm_min_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_min_ss(two, _mm_movehdup_ps(two)));
    }
    static float most_of(V a) {
        const __m128 four = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
        const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
    }

    // Bit 31 of each sign flips its element.
    static V flip(V a, const uint32_t* signs) {
        return _mm256_xor_ps(a, _mm256_loadu_ps(reinterpret_cast<const float*>(signs)));
    }
    // The Hadamard transform of 8 elements.
    static V hadamard(V v) {
        const V zero = _mm256_setzero_ps();
        v = add(_mm256_permute2f128_ps(v, v, 1), _mm256_blend_ps(v, subtract(zero, v), 0xf0));
        v = add(_mm256_permute_ps(v, 0x4e), _mm256_blend_ps(v, subtract(zero, v), 0xcc));
        return add(_mm256_permute_ps(v, 0xb1), _mm256_blend_ps(v, subtract(zero, v), 0xaa));
    }

    // In each element the sum of its group of N: 1, 2 or 4.
    template <int N>
    static V group_sums(V a) {
        if constexpr (N == 1) return a;
        const V pairs = add(a, _mm256_permute_ps(a, 0xb1));
        if constexpr (N == 2) return pairs;
        return add(pairs, _mm256_permute_ps(pairs, 0x4e));
    }

    static uint32_t less(V a, V b) { return static_cast<uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_LT_OQ))); }
    static uint32_t equal(V a, V b) {
        return static_cast<uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_EQ_OQ)));
    }
    static I load_ids(const uint32_t* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
    static V load_totals(const uint16_t* p) {
        return _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(_mm_load_si128(reinterpret_cast<const __m128i*>(p))));
    }
    // Writes the chosen elements one after the other; what follows them, up to 8, is undefined.
    static void keep(float* to, V v, uint32_t chosen) { store(to, _mm256_permutevar8x32_ps(v, places(chosen))); }
    static void keep(uint32_t* to, I v, uint32_t chosen) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_permutevar8x32_epi32(v, places(chosen)));
    }
    // Elements at chosen places, 0 elsewhere; no others are read.
    static I gather(const uint32_t* from, I at, uint32_t chosen) {
        const I each = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
        const I mask = _mm256_cmpeq_epi32(_mm256_and_si256(_mm256_set1_epi32(static_cast<int>(chosen)), each), each);
        return _mm256_mask_i32gather_epi32(_mm256_setzero_si256(), reinterpret_cast<const int*>(from), at, mask, 4);
    }
    // Of the chosen ids those whose bit is 0. Only words of chosen ids are read.
    static uint32_t unseen(const uint32_t* bits, I ids, uint32_t chosen) {
        const I words = gather(bits, _mm256_srli_epi32(ids, 5), chosen);
        // The id's bit to the sign's place.
        const I up = _mm256_sub_epi32(_mm256_set1_epi32(31), _mm256_and_si256(ids, _mm256_set1_epi32(31)));
        const I seen = _mm256_sllv_epi32(words, up);
        return chosen & ~static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(seen)));
    }
    // For each index the sum of query[j] * values[j][index], plus shift, times factor, rounded to bytes.
    template <int N>
    static void table(const float* query, const float (&values)[N][16], float shift, float factor, unsigned char* to) {
        V sums[2] = {all(shift), all(shift)};
#pragma GCC unroll 4
        for (int j = 0; j < N; j++) {
            sums[0] = multiply_add(all(query[j]), load(values[j]), sums[0]);
            sums[1] = multiply_add(all(query[j]), load(values[j] + lanes), sums[1]);
        }
        const I low = _mm256_cvtps_epi32(multiply(sums[0], all(factor)));
        const I high = _mm256_cvtps_epi32(multiply(sums[1], all(factor)));
        const I words = _mm256_permute4x64_epi64(_mm256_packus_epi32(low, high), 0xd8);
        const __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
    }
    // Inner product of int8, exact.
    static int32_t product(const signed char* a, const signed char* b, int64_t n, int32_t) {
        I total = _mm256_setzero_si256();
        for (int64_t i = 0; i < n; i += 16) {
            const I x = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(a + i)));
            const I y = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(b + i)));
            total = _mm256_add_epi32(total, _mm256_madd_epi16(x, y));
        }
        const __m128i four = _mm_add_epi32(_mm256_castsi256_si128(total), _mm256_extracti128_si256(total, 1));
        const __m128i two = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
        return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 0xb1)));
    }
    static V from_ints(const int32_t* p) {
        return _mm256_cvtepi32_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(p)));
    }
    static void store_bytes(signed char* to, V whole) {
        const I words = _mm256_packs_epi32(_mm256_cvtps_epi32(whole), _mm256_setzero_si256());
        const __m128i both = _mm_unpacklo_epi64(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
        _mm_storel_epi64(reinterpret_cast<__m128i*>(to), _mm_packs_epi16(both, both));
    }
    // Inner products of an int8 query with four rows of 4-bit levels, each `width` bytes: a multiple of 16.
    static void level_products(const signed char* query, const unsigned char* const (&rows)[4], int64_t width,
                               int32_t* out) {
        const I ones = _mm256_set1_epi16(1);
        I sums[4];
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) sums[r] = _mm256_setzero_si256();
        // Both products are at most 2 x 15 x 127 in magnitude: their sum fits into 16 bits.
        const auto step = [&](I first, I second, int r, I codes) __attribute__((always_inline)) {
            const I products = _mm256_add_epi16(_mm256_maddubs_epi16(low_halves(codes), first),
                                                _mm256_maddubs_epi16(high_halves(codes), second));
            sums[r] = _mm256_add_epi32(sums[r], _mm256_madd_epi16(products, ones));
        };
        int64_t at = 0;
        for (; at + 32 <= width; at += 32) {
            const I first = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(query + at));
            const I second = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(query + width + at));
#pragma GCC unroll 4
            for (int r = 0; r < 4; r++) step(first, second, r, load_bytes(rows[r] + at));
        }
        if (at < width) {
            const auto part = [](const void* p) {
                return _mm256_zextsi128_si256(_mm_loadu_si128(static_cast<const __m128i*>(p)));
            };
            const I first = part(query + at), second = part(query + width + at);
#pragma GCC unroll 4
            for (int r = 0; r < 4; r++) step(first, second, r, part(rows[r] + at));
        }
        const I ab = _mm256_hadd_epi32(sums[0], sums[1]), cd = _mm256_hadd_epi32(sums[2], sums[3]);
        const I all = _mm256_hadd_epi32(ab, cd);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out),
                         _mm_add_epi32(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1)));
    }

    using bytes_avx2::load_bytes;
    static I load_bytes(Bytes p, int64_t) { return load_bytes(p); }

private:
    static V sign_bits() { return _mm256_castsi256_ps(_mm256_set1_epi32(static_cast<int>(uint32_t{1} << 31))); }
    static I places(uint32_t chosen) {
        return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(kPlaces.of[chosen])));
    }
};

}  // namespace

VECINO_DEFINE_GRAPH(avx2)
