// Level AVX512: AVX-512 F, BW, DQ, VL and VNNI on top of level AVX2. Tails are masked loads, which do not touch the
// bytes that the mask leaves out.
#include "bytes_avx512.h"
#include "scan.h"

namespace {

struct avx512 : bytes_avx512 {
    using V = __m512;
    using I = bytes_avx512::I;
    static constexpr bool many_registers = true;
    static constexpr int64_t lanes = 16;
    // 32 registers: 4 rows x 6 queries of sums, 6 queries, 1 row, 1 difference.
    static constexpr int queries_per_dot_tile = 6;
    static constexpr int queries_per_l2_tile = 6;
    // 4 rows x 4 queries of sums, 4 rows of codes, 4 queries, 1 row, 1 table.
    static constexpr int queries_per_packed_tile = 4;
    // 4 rows x 4 queries of sums, up to 2 parts of each query, 1 row, 2 fields, 1 mask. The products overwrite a sum, so
    // the compiler needs registers to spare: 6 queries of 8 bits are a third slower than 4.
    static constexpr int queries_per_level_tile(u8) { return 4; }
    static constexpr int queries_per_level_tile(u4) { return 4; }
    // 4 rows x 2 queries of sums, up to 4 parts of a query, 1 row, 4 fields, masks.
    template <int... Bits>
    static constexpr int queries_per_level_tile(planes<Bits...>) {
        return 2;
    }

    static V zero(V) { return _mm512_setzero_ps(); }
    using bytes_avx512::zero;
    static V subtract(V a, V b) { return _mm512_sub_ps(a, b); }
    static V multiply_add(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); }

    static V scale(V a, float b) { return _mm512_mul_ps(a, _mm512_set1_ps(b)); }

    static V load(f32, Bytes p) { return _mm512_loadu_ps(p); }
    static V load(f16, Bytes p) { return _mm512_cvtph_ps(load16(p)); }
    static V load(bf16, Bytes p) { return from_bf16(load16(p)); }
    static V load(i8, Bytes p) { return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(load8(p))); }
    static V load(u8, Bytes p) { return _mm512_cvtepi32_ps(widen(p)); }
    static V load(e4m3, Bytes p) { return from_e4m3(load8(p)); }
    static V load(e5m2, Bytes p) { return from_e5m2(load8(p)); }

    // The first n (1 to 15) elements, zeros after them.
    static V load_part(f32, Bytes p, int n, bool) { return _mm512_maskz_loadu_ps(mask(n), p); }
    static V load_part(f16, Bytes p, int n, bool) { return _mm512_cvtph_ps(load16(p, n)); }
    static V load_part(bf16, Bytes p, int n, bool) { return from_bf16(load16(p, n)); }
    static V load_part(i8, Bytes p, int n, bool) { return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(load8(p, n))); }
    static V load_part(u8, Bytes p, int n, bool inside) { return _mm512_cvtepi32_ps(widen_part(p, n, inside)); }
    static V load_part(e4m3, Bytes p, int n, bool) { return from_e4m3(load8(p, n)); }
    static V load_part(e5m2, Bytes p, int n, bool) { return from_e5m2(load8(p, n)); }

    // One byte in each lane.
    static I widen(Bytes p) { return _mm512_cvtepu8_epi32(load8(p)); }
    static I widen_part(Bytes p, int n, bool) { return _mm512_cvtepu8_epi32(load8(p, n)); }

    // The Part-th field of Bits bits of each lane. The tables look at the lowest bits of an index alone.
    template <int Bits, int Part>
    static V field(I codes) {
        if constexpr (Part > 0) codes = _mm512_srli_epi32(codes, Bits * Part);
        if constexpr (Bits == 4) {
            const V table = _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
            return _mm512_permutexvar_ps(codes, table);
        } else {
            static_assert(Bits == 2);
            return _mm512_permutevar_ps(_mm512_setr4_ps(0, 1, 2, 3), codes);
        }
    }

    // Bits of a plane of one bit for `selected` elements.
    using Selection = __mmask16;
    static constexpr int64_t selected = 16;
    static Selection select(Bytes p) {
        uint16_t bits;
        __builtin_memcpy(&bits, p, sizeof bits);
        return bits;
    }
    static Selection select_part(Bytes p, int n) { return n > 8 ? select(p) : *p; }
    template <int Group>
    static V add_selected(V sum, V query, Selection selection) {
        static_assert(Group == 0);
        return _mm512_mask_add_ps(sum, selection, sum, query);
    }

    // Four sums at once: element r of the result is the sum of the lanes of the r-th argument.
    static __m128 reduce4(V a, V b, V c, V d) {
        const __m512 ab = _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
        const __m512 cd = _mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
        const __m512 wide = _mm512_add_ps(_mm512_shuffle_ps(ab, cd, 0x44), _mm512_shuffle_ps(ab, cd, 0xee));
        const __m256 sums = _mm256_add_ps(_mm512_castps512_ps256(wide), _mm512_extractf32x8_ps(wide, 1));
        return _mm_add_ps(_mm256_castps256_ps128(sums), _mm256_extractf128_ps(sums, 1));
    }
    static __m128 reduce4(I a, I b, I c, I d) {
        const I ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
        const I cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
        const I wide = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
        const __m256i sums = _mm256_add_epi32(_mm512_castsi512_si256(wide), _mm512_extracti64x4_epi64(wide, 1));
        return _mm_cvtepi32_ps(_mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1)));
    }
    static float first(__m128 v) { return _mm_cvtss_f32(v); }
    static void store4(unsigned char* to, __m128 v) { _mm_storeu_ps(reinterpret_cast<float*>(to), v); }

    // Byte vectors: levels of a row, int8 elements of a query.
    static I shift_left(I a, int bits) { return _mm512_slli_epi32(a, static_cast<unsigned>(bits)); }

    template <int Bits, int Part = 0>
    static I add_levels(I sum, I codes, const I (&query)[8 / Bits]) {
        if constexpr (Part * Bits < 8) {
            I field = codes;
            if constexpr (Part > 0) field = _mm512_srli_epi16(field, Part * Bits);
            if constexpr (Bits < 8) field = _mm512_and_si512(field, _mm512_set1_epi8((1 << Bits) - 1));
            return add_levels<Bits, Part + 1>(_mm512_dpbusd_epi32(sum, field, query[Part]), codes, query);
        } else {
            return sum;
        }
    }

    static __mmask64 select_bytes(Bytes p) {
        uint64_t bits;
        __builtin_memcpy(&bits, p, sizeof bits);
        return bits;
    }
    static I add_selected_bytes(I sum, I query, __mmask64 selection) {
        return _mm512_dpbusd_epi32(sum, _mm512_maskz_set1_epi8(selection, 1), query);
    }

    static constexpr int queries_per_fast_scan = 4;
    static V spread(float a) { return _mm512_set1_ps(a); }
    static I spread16(int a) { return _mm512_set1_epi16(static_cast<short>(a)); }
    // A bit for each lane that is at least the bound.
    static uint32_t reaching(V v, V least) { return _mm512_cmp_ps_mask(v, least, _CMP_GE_OQ); }
    // Bits for each unsigned lane of 16 bits that is at least the bound.
    static constexpr int bits_per_sum = 1;
    static uint32_t reaching16(I a, I least) { return _mm512_cmpge_epu16_mask(a, least); }

    static void store(f32, unsigned char* to, V v) { _mm512_storeu_ps(to, v); }
    static void store(f16, unsigned char* to, V v) { store16(to, to_f16(v)); }
    static void store(bf16, unsigned char* to, V v) { store16(to, to_bf16(v)); }

    // The first n (1 to 15) elements.
    static void store_part(f32, unsigned char* to, V v, int n) { _mm512_mask_storeu_ps(to, mask(n), v); }
    static void store_part(f16, unsigned char* to, V v, int n) { _mm256_mask_storeu_epi16(to, mask(n), to_f16(v)); }
    static void store_part(bf16, unsigned char* to, V v, int n) { _mm256_mask_storeu_epi16(to, mask(n), to_bf16(v)); }

private:
    static __mmask16 mask(int n) { return static_cast<__mmask16>((1u << n) - 1u); }

    static __m128i load8(Bytes p) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }
    static __m128i load8(Bytes p, int n) { return _mm_maskz_loadu_epi8(mask(n), p); }
    static __m256i load16(Bytes p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
    static __m256i load16(Bytes p, int n) { return _mm256_maskz_loadu_epi16(mask(n), p); }
    static void store16(unsigned char* to, __m256i v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), v); }

    static __m256i to_f16(V v) { return _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }

    static V from_bf16(__m256i halves) {
        return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
    }
    static __m256i to_bf16(V v) {
        const I bits = _mm512_castps_si512(v);
        const I upper = _mm512_srli_epi32(bits, 16);
        const I odd = _mm512_and_si512(upper, _mm512_set1_epi32(1));
        const I up = _mm512_add_epi32(_mm512_add_epi32(bits, odd), _mm512_set1_epi32(0x7fff));
        const __mmask16 nan = _mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q);
        const I quiet = _mm512_or_si512(upper, _mm512_set1_epi32(0x40));
        return _mm512_cvtepi32_epi16(_mm512_mask_mov_epi32(_mm512_srli_epi32(up, 16), nan, quiet));
    }

    // E4M3 in the place of a half's fields has 2^-8 of its value; its only NaN becomes one of the half.
    static V from_e4m3(__m128i codes) {
        const __m256i fields = _mm256_slli_epi16(_mm256_cvtepi8_epi16(codes), 7);
        const __m256i magnitude = _mm256_and_si256(fields, _mm256_set1_epi16(0x3f80));
        const __mmask16 nan = _mm256_cmpeq_epi16_mask(magnitude, _mm256_set1_epi16(0x3f80));
        const __m256i half = _mm256_and_si256(fields, _mm256_set1_epi16(static_cast<short>(0xbf80)));
        return scale(_mm512_cvtph_ps(_mm256_mask_mov_epi16(half, nan, _mm256_set1_epi16(0x7e00))), 256);
    }
    // E5M2 is the upper byte of a half.
    static V from_e5m2(__m128i codes) { return _mm512_cvtph_ps(_mm256_slli_epi16(_mm256_cvtepu8_epi16(codes), 8)); }
};

}  // namespace

VECINO_DEFINE_LEVEL(avx512)
