// Byte vectors of level AVX2: what fast_scan.h asks of a level. In an unnamed namespace, as everything compiled per level.
#pragma once

#include <immintrin.h>

#include "rows.h"

namespace {

struct bytes_avx2 {
    using I = __m256i;
    static constexpr int64_t bytes = 32;

    static I zero(I) { return _mm256_setzero_si256(); }
    static I load_bytes(Bytes p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
    static I low_halves(I codes) { return _mm256_and_si256(codes, _mm256_set1_epi8(15)); }
    static I high_halves(I codes) { return low_halves(_mm256_srli_epi16(codes, 4)); }
    // In each 16 bytes the bytes of the table that the indices (0 to 15) name.
    static I look(I tables, I indices) { return _mm256_shuffle_epi8(tables, indices); }
    static I add16(I a, I b) { return _mm256_add_epi16(a, b); }
    static I upper_bytes(I a) { return _mm256_srli_epi16(a, 8); }
    // Adds the two 16-byte parts and stores 16 sums of 16 bits.
    static void store_sums(unsigned char* to, I both, I upper) {
        const I even = _mm256_sub_epi16(both, _mm256_slli_epi16(upper, 8));
        const I low = _mm256_unpacklo_epi16(even, upper), high = _mm256_unpackhi_epi16(even, upper);
        const I sums = _mm256_add_epi16(_mm256_permute2x128_si256(low, high, 0x20),
                                        _mm256_permute2x128_si256(low, high, 0x31));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), sums);
    }
};

}  // namespace
