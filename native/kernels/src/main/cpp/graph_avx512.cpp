// The graph at level AVX512.
#include "bytes_avx512.h"
#include "graph.h"

namespace {

struct avx512 : bytes_avx512 {
    using V = __m512;
    using I = bytes_avx512::I;
    static constexpr int lanes = 16;

    static V all(float x) { return _mm512_set1_ps(x); }
    static V load(const float* p) { return _mm512_loadu_ps(p); }
    static V load_half(Bytes p) { return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))); }
    static void store(float* p, V v) { _mm512_storeu_ps(p, v); }
    static void store_half(unsigned char* p, V v) {
        const __m256i half = _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), half);
    }
    static V add(V a, V b) { return _mm512_add_ps(a, b); }
    static V subtract(V a, V b) { return _mm512_sub_ps(a, b); }
    static V multiply(V a, V b) { return _mm512_mul_ps(a, b); }
    static V multiply_add(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); }
    static V least(V a, V b) { return _mm512_min_ps(a, b); }
    static V most(V a, V b) { return _mm512_max_ps(a, b); }
    static V magnitude(V a) { return _mm512_abs_ps(a); }
    static V round(V a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
    static V floor(V a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
    static float sum(V a) { return _mm512_reduce_add_ps(a); }
    static float least_of(V a) { return _mm512_reduce_min_ps(a); }
    static float most_of(V a) { return _mm512_reduce_max_ps(a); }

    // Bit 31 of each sign flips its element.
    static V flip(V a, const uint32_t* signs) {
        return _mm512_castsi512_ps(_mm512_xor_si512(_mm512_castps_si512(a), _mm512_loadu_si512(signs)));
    }
    // The Hadamard transform of 16 elements.
    static V hadamard(V v) {
        const V zero = _mm512_setzero_ps();
        v = add(_mm512_shuffle_f32x4(v, v, 0x4e), _mm512_mask_sub_ps(v, 0xff00, zero, v));
        v = add(_mm512_shuffle_f32x4(v, v, 0xb1), _mm512_mask_sub_ps(v, 0xf0f0, zero, v));
        v = add(_mm512_permute_ps(v, 0x4e), _mm512_mask_sub_ps(v, 0xcccc, zero, v));
        return add(_mm512_permute_ps(v, 0xb1), _mm512_mask_sub_ps(v, 0xaaaa, zero, v));
    }

    // In each element the sum of its group of N: 1, 2 or 4.
    template <int N>
    static V group_sums(V a) {
        if constexpr (N == 1) return a;
        const V pairs = add(a, _mm512_permute_ps(a, 0xb1));
        if constexpr (N == 2) return pairs;
        return add(pairs, _mm512_permute_ps(pairs, 0x4e));
    }

    static uint32_t less(V a, V b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
    static uint32_t equal(V a, V b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ); }
    static I load_ids(const uint32_t* p) { return _mm512_loadu_si512(p); }
    static V load_totals(const uint16_t* p) {
        return _mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(_mm256_load_si256(reinterpret_cast<const __m256i*>(p))));
    }
    // Writes the chosen elements one after the other; what follows them, up to 16, is undefined.
    static void keep(float* to, V v, uint32_t chosen) {
        _mm512_storeu_ps(to, _mm512_maskz_compress_ps(static_cast<__mmask16>(chosen), v));
    }
    static void keep(uint32_t* to, I v, uint32_t chosen) {
        _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(static_cast<__mmask16>(chosen), v));
    }
    // Elements at chosen places, 0 elsewhere; no others are read.
    static I gather(const uint32_t* from, I at, uint32_t chosen) {
        return _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), static_cast<__mmask16>(chosen), at, from, 4);
    }
    // Of the chosen ids those whose bit is 0. Only words of chosen ids are read.
    static uint32_t unseen(const uint32_t* bits, I ids, uint32_t chosen) {
        const auto mask = static_cast<__mmask16>(chosen);
        const I words = gather(bits, _mm512_srli_epi32(ids, 5), chosen);
        const I bit = _mm512_sllv_epi32(_mm512_set1_epi32(1), _mm512_and_si512(ids, _mm512_set1_epi32(31)));
        return _mm512_mask_testn_epi32_mask(mask, words, bit);
    }
    // For each index the sum of query[j] * values[j][index], plus shift, times factor, rounded to bytes.
    template <int N>
    static void table(const float* query, const float (&values)[N][16], float shift, float factor, unsigned char* to) {
        V sums = all(shift);
#pragma GCC unroll 4
        for (int j = 0; j < N; j++) sums = multiply_add(all(query[j]), load(values[j]), sums);
        const I bytes = _mm512_cvtps_epi32(most(multiply(sums, all(factor)), all(0)));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_cvtusepi32_epi8(bytes));
    }
    // Inner product of int8, exact; sum is that of b.
    static int32_t product(const signed char* a, const signed char* b, int64_t n, int32_t sum) {
        const I flip = _mm512_set1_epi8(static_cast<char>(0x80));
        I total = _mm512_setzero_si512();
        int64_t i = 0;
        for (; i + 64 <= n; i += 64) {
            total = _mm512_dpbusd_epi32(total, _mm512_xor_si512(_mm512_loadu_si512(a + i), flip), _mm512_loadu_si512(b + i));
        }
        int32_t result = _mm512_reduce_add_epi32(total);
        if (i < n) {  // 32 elements
            const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(a + i));
            const __m256i y = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b + i));
            const __m256i half = _mm256_dpbusd_epi32(_mm256_setzero_si256(),
                                                     _mm256_xor_si256(x, _mm512_castsi512_si256(flip)), y);
            result += _mm512_reduce_add_epi32(_mm512_zextsi256_si512(half));
        }
        return result - 128 * sum;
    }
    static V from_ints(const int32_t* p) { return _mm512_cvtepi32_ps(_mm512_load_si512(p)); }
    static void store_bytes(signed char* to, V whole) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(whole)));
    }
    // Inner products of an int8 query with four rows of 4-bit levels, each `width` bytes: a multiple of 16.
    static void level_products(const signed char* query, const unsigned char* const (&rows)[4], int64_t width,
                               int32_t* out) {
        I low[4], high[4];
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) low[r] = high[r] = _mm512_setzero_si512();
        const auto step = [&](I first, I second, int64_t at, __mmask64 mask) __attribute__((always_inline)) {
#pragma GCC unroll 4
            for (int r = 0; r < 4; r++) {
                const I codes = _mm512_maskz_loadu_epi8(mask, rows[r] + at);
                low[r] = _mm512_dpbusd_epi32(low[r], low_halves(codes), first);
                high[r] = _mm512_dpbusd_epi32(high[r], high_halves(codes), second);
            }
        };
        int64_t at = 0;
        for (; at + 64 <= width; at += 64) {
            step(_mm512_loadu_si512(query + at), _mm512_loadu_si512(query + width + at), at, ~uint64_t{0});
        }
        if (at < width) {
            const __mmask64 mask = (uint64_t{1} << (width - at)) - 1;
            step(_mm512_maskz_loadu_epi8(mask, query + at), _mm512_maskz_loadu_epi8(mask, query + width + at), at, mask);
        }
        I sums[4];
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) sums[r] = _mm512_add_epi32(low[r], high[r]);
        const I ab = _mm512_add_epi32(_mm512_unpacklo_epi32(sums[0], sums[1]), _mm512_unpackhi_epi32(sums[0], sums[1]));
        const I cd = _mm512_add_epi32(_mm512_unpacklo_epi32(sums[2], sums[3]), _mm512_unpackhi_epi32(sums[2], sums[3]));
        const I wide = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
        const __m256i half = _mm256_add_epi32(_mm512_castsi512_si256(wide), _mm512_extracti64x4_epi64(wide, 1));
        const __m128i four = _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out), four);
    }
};

}  // namespace

VECINO_DEFINE_GRAPH(avx512)
