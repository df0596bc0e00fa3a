// Level AVX2: AVX2, FMA and F16C.
#include <immintrin.h>

#include "scan.h"

namespace {

struct avx2 {
    using V = __m256;
    static constexpr int64_t lanes = 8;
    // 16 registers: 4 rows x 3 queries of sums, 3 queries, 1 row; L2 needs one more for the difference.
    static constexpr int queries_per_dot_tile = 3;
    static constexpr int queries_per_l2_tile = 2;

    static V zero() { return _mm256_setzero_ps(); }
    static V subtract(V a, V b) { return _mm256_sub_ps(a, b); }
    static V multiply_add(V a, V b, V c) { return _mm256_fmadd_ps(a, b, c); }

    static V load(f32, Bytes p) { return _mm256_loadu_ps(reinterpret_cast<const float*>(p)); }
    static V load(f16, Bytes p) { return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))); }
    static V load(i8, Bytes p) {
        return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
    }

    // The first n (1 to 7) elements, zeros after them. If `inside`, the 8 elements that end with the n-th belong to the
    // row too: they are loaded whole and those before p shifted out, which spares a copy that stalls on its own stores.
    static V load_part(f32, Bytes p, int n, bool) {
        const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        return _mm256_maskload_ps(reinterpret_cast<const float*>(p), _mm256_cmpgt_epi32(_mm256_set1_epi32(n), index));
    }
    static V load_part(f16, Bytes p, int n, bool inside) {
        const int before = static_cast<int>(lanes) - n;
        if (inside) {
            const __m128i from = _mm_add_epi8(_mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
                                              _mm_set1_epi8(static_cast<char>(before * f16::bytes)));
            // A shuffle writes zero where the index has its top bit set: 16 and more become 128 and more.
            const __m128i index = _mm_adds_epu8(from, _mm_set1_epi8(112));
            const __m128i last = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p - before * f16::bytes));
            return _mm256_cvtph_ps(_mm_shuffle_epi8(last, index));
        }
        alignas(16) unsigned char copy[16] = {};
        copy_part<2>(copy, p, n);
        return load(f16{}, copy);
    }
    static V load_part(i8, Bytes p, int n, bool inside) {
        const int before = static_cast<int>(lanes) - n;
        if (inside) {
            int64_t last;
            __builtin_memcpy(&last, p - before, sizeof last);
            const __m128i codes = _mm_cvtsi64_si128(static_cast<int64_t>(static_cast<uint64_t>(last) >> (8 * before)));
            return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(codes));
        }
        alignas(8) unsigned char copy[8] = {};
        copy_part<1>(copy, p, n);
        return load(i8{}, copy);
    }

    // Four sums at once: element r of the result is the sum of the lanes of the r-th argument.
    static __m128 reduce4(V a, V b, V c, V d) {
        const __m256 ab = _mm256_add_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
        const __m256 cd = _mm256_add_ps(_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
        const __m256 sums = _mm256_add_ps(_mm256_shuffle_ps(ab, cd, 0x44), _mm256_shuffle_ps(ab, cd, 0xee));
        return _mm_add_ps(_mm256_castps256_ps128(sums), _mm256_extractf128_ps(sums, 1));
    }
    static float first(__m128 v) { return _mm_cvtss_f32(v); }
    static void store4(unsigned char* to, __m128 v) { _mm_storeu_ps(reinterpret_cast<float*>(to), v); }

    static void encode(f16, Bytes from, unsigned char* to, int64_t count) {
        int64_t i = 0;
        for (; i + lanes <= count; i += lanes) {
            _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i * f16::bytes),
                             narrow(load(f32{}, from + i * f32::bytes)));
        }
        if (i < count) {
            const int rest = static_cast<int>(count - i);
            alignas(16) unsigned char copy[16];
            _mm_store_si128(reinterpret_cast<__m128i*>(copy),
                            narrow(load_part(f32{}, from + i * f32::bytes, rest, i != 0)));
            copy_part<2>(to + i * f16::bytes, copy, rest);
        }
    }
    static void decode(f16, Bytes from, unsigned char* to, int64_t count) {
        int64_t i = 0;
        for (; i + lanes <= count; i += lanes) {
            _mm256_storeu_ps(reinterpret_cast<float*>(to + i * f32::bytes), load(f16{}, from + i * f16::bytes));
        }
        if (i < count) {
            const int rest = static_cast<int>(count - i);
            alignas(32) unsigned char copy[32];
            _mm256_store_ps(reinterpret_cast<float*>(copy), load_part(f16{}, from + i * f16::bytes, rest, i != 0));
            copy_part<4>(to + i * f32::bytes, copy, rest);
        }
    }

private:
    static __m128i narrow(V v) { return _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }

    // n (0 to 7) elements of Size bytes, in three moves of constant length.
    template <int Size>
    static void copy_part(unsigned char* to, Bytes from, int n) {
        if (n & 4) {
            __builtin_memcpy(to, from, 4 * Size);
            to += 4 * Size;
            from += 4 * Size;
        }
        if (n & 2) {
            __builtin_memcpy(to, from, 2 * Size);
            to += 2 * Size;
            from += 2 * Size;
        }
        if (n & 1) __builtin_memcpy(to, from, Size);
    }
};

}  // namespace

VECINO_DEFINE_LEVEL(avx2)
