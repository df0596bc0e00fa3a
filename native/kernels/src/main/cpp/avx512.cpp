// Level AVX512: AVX-512 F, BW, DQ and VL on top of level AVX2. Tails are masked loads, which do not touch the bytes
// that the mask leaves out.
#include <immintrin.h>

#include "scan.h"

namespace {

struct avx512 {
    using V = __m512;
    static constexpr int64_t lanes = 16;
    // 32 registers: 4 rows x 6 queries of sums, 6 queries, 1 row, 1 difference.
    static constexpr int queries_per_dot_tile = 6;
    static constexpr int queries_per_l2_tile = 6;

    static V zero() { return _mm512_setzero_ps(); }
    static V subtract(V a, V b) { return _mm512_sub_ps(a, b); }
    static V multiply_add(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); }

    static V load(f32, Bytes p) { return _mm512_loadu_ps(p); }
    static V load(f16, Bytes p) { return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))); }
    static V load(i8, Bytes p) {
        return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
    }

    // The first n (1 to 15) elements, zeros after them.
    static V load_part(f32, Bytes p, int n, bool) { return _mm512_maskz_loadu_ps(mask(n), p); }
    static V load_part(f16, Bytes p, int n, bool) { return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(mask(n), p)); }
    static V load_part(i8, Bytes p, int n, bool) {
        return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(mask(n), p)));
    }

    // Four sums at once: element r of the result is the sum of the lanes of the r-th argument.
    static __m128 reduce4(V a, V b, V c, V d) {
        const __m512 ab = _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
        const __m512 cd = _mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
        const __m512 wide = _mm512_add_ps(_mm512_shuffle_ps(ab, cd, 0x44), _mm512_shuffle_ps(ab, cd, 0xee));
        const __m256 sums = _mm256_add_ps(_mm512_castps512_ps256(wide), _mm512_extractf32x8_ps(wide, 1));
        return _mm_add_ps(_mm256_castps256_ps128(sums), _mm256_extractf128_ps(sums, 1));
    }
    static float first(__m128 v) { return _mm_cvtss_f32(v); }
    static void store4(unsigned char* to, __m128 v) { _mm_storeu_ps(reinterpret_cast<float*>(to), v); }

    static void encode(f16, Bytes from, unsigned char* to, int64_t count) {
        int64_t i = 0;
        for (; i + lanes <= count; i += lanes) {
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i * f16::bytes),
                                narrow(load(f32{}, from + i * f32::bytes)));
        }
        if (i < count) {
            const int rest = static_cast<int>(count - i);
            _mm256_mask_storeu_epi16(to + i * f16::bytes, mask(rest),
                                     narrow(load_part(f32{}, from + i * f32::bytes, rest, i != 0)));
        }
    }
    static void decode(f16, Bytes from, unsigned char* to, int64_t count) {
        int64_t i = 0;
        for (; i + lanes <= count; i += lanes) {
            _mm512_storeu_ps(to + i * f32::bytes, load(f16{}, from + i * f16::bytes));
        }
        if (i < count) {
            const int rest = static_cast<int>(count - i);
            _mm512_mask_storeu_ps(to + i * f32::bytes, mask(rest),
                                  load_part(f16{}, from + i * f16::bytes, rest, i != 0));
        }
    }

private:
    static __mmask16 mask(int n) { return static_cast<__mmask16>((1u << n) - 1u); }
    static __m256i narrow(V v) { return _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
};

}  // namespace

VECINO_DEFINE_LEVEL(avx512)
