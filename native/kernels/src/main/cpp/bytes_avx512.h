// Byte vectors of level AVX512: what fast_scan.h asks of a level. In an unnamed namespace, as everything compiled per level.
#pragma once

#include <immintrin.h>

#include "rows.h"

namespace {

struct bytes_avx512 {
    using I = __m512i;
    static constexpr int64_t bytes = 64;

    static I zero(I) { return _mm512_setzero_si512(); }
    static I load_bytes(Bytes p) { return _mm512_loadu_si512(p); }
    // The first n (0 to 64) bytes, zeros after them.
    static I load_bytes(Bytes p, int64_t n) {
        return _mm512_maskz_loadu_epi8(n == bytes ? ~uint64_t{0} : (uint64_t{1} << n) - 1, p);
    }
    static I low_halves(I codes) { return _mm512_and_si512(codes, _mm512_set1_epi8(15)); }
    static I high_halves(I codes) { return low_halves(_mm512_srli_epi16(codes, 4)); }
    // In each 16 bytes the bytes of the table that the indices (0 to 15) name.
    static I look(I tables, I indices) { return _mm512_shuffle_epi8(tables, indices); }
    static I add16(I a, I b) { return _mm512_add_epi16(a, b); }
    static I upper_bytes(I a) { return _mm512_srli_epi16(a, 8); }
    // Adds the four 16-byte parts and stores 16 sums of 16 bits.
    static void store_sums(unsigned char* to, I both, I upper) {
        const I even = _mm512_sub_epi16(both, _mm512_slli_epi16(upper, 8));
        const I low = _mm512_unpacklo_epi16(even, upper), high = _mm512_unpackhi_epi16(even, upper);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), add_parts(low));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 16), add_parts(high));
    }

private:
    static __m128i add_parts(I a) {
        const __m256i b = _mm256_add_epi16(_mm512_castsi512_si256(a), _mm512_extracti64x4_epi64(a, 1));
        return _mm_add_epi16(_mm256_castsi256_si128(b), _mm256_extracti128_si256(b, 1));
    }
};

}  // namespace
