// Level AVX2: AVX2, FMA and F16C.
#include "bytes_avx2.h"
#include "scan.h"

namespace {

struct avx2 : bytes_avx2 {
    using V = __m256;
    using I = bytes_avx2::I;
    static constexpr bool many_registers = false;
    static constexpr int64_t lanes = 8;
    // 16 registers: 4 rows x 3 queries of sums, 3 queries, 1 row; L2 needs one more for the difference.
    static constexpr int queries_per_dot_tile = 3;
    static constexpr int queries_per_l2_tile = 2;
    // 4 rows x 2 queries of sums, 4 rows of codes, 2 queries, 1 row, 1 table.
    static constexpr int queries_per_packed_tile = 2;
    // 4 rows x 1 query of sums, up to 4 parts of a query, 1 row, 2 fields, 2 constants: a second query would spill.
    template <class Type>
    static constexpr int queries_per_level_tile(Type) {
        return 1;
    }

    static V zero(V) { return _mm256_setzero_ps(); }
    using bytes_avx2::zero;
    static V subtract(V a, V b) { return _mm256_sub_ps(a, b); }
    static V multiply_add(V a, V b, V c) { return _mm256_fmadd_ps(a, b, c); }

    static V scale(V a, float b) { return _mm256_mul_ps(a, _mm256_set1_ps(b)); }

    static V load(f32, Bytes p) { return _mm256_loadu_ps(reinterpret_cast<const float*>(p)); }
    static V load(f16, Bytes p) { return _mm256_cvtph_ps(load16(p)); }
    static V load(bf16, Bytes p) { return from_bf16(load16(p)); }
    static V load(i8, Bytes p) { return from_i8(load8(p)); }
    static V load(u8, Bytes p) { return _mm256_cvtepi32_ps(widen(p)); }
    static V load(e4m3, Bytes p) { return from_e4m3(load8(p)); }
    static V load(e5m2, Bytes p) { return from_e5m2(load8(p)); }

    // The first n (1 to 7) elements, zeros after them. If `inside`, the 8 elements that end with the n-th belong to the
    // row too: they are loaded whole and those before p shifted out, which spares a copy that stalls on its own stores.
    static V load_part(f32, Bytes p, int n, bool) {
        const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        return _mm256_maskload_ps(reinterpret_cast<const float*>(p), _mm256_cmpgt_epi32(_mm256_set1_epi32(n), index));
    }
    static V load_part(f16, Bytes p, int n, bool inside) { return _mm256_cvtph_ps(load16(p, n, inside)); }
    static V load_part(bf16, Bytes p, int n, bool inside) { return from_bf16(load16(p, n, inside)); }
    static V load_part(i8, Bytes p, int n, bool inside) { return from_i8(load8(p, n, inside)); }
    static V load_part(u8, Bytes p, int n, bool inside) { return _mm256_cvtepi32_ps(widen_part(p, n, inside)); }
    static V load_part(e4m3, Bytes p, int n, bool inside) { return from_e4m3(load8(p, n, inside)); }
    static V load_part(e5m2, Bytes p, int n, bool inside) { return from_e5m2(load8(p, n, inside)); }

    // One byte in each lane.
    static I widen(Bytes p) { return _mm256_cvtepu8_epi32(load8(p)); }
    static I widen_part(Bytes p, int n, bool inside) { return _mm256_cvtepu8_epi32(load8(p, n, inside)); }

    // The Part-th field of Bits bits of each lane. The table looks at the lowest two bits of an index alone.
    template <int Bits, int Part>
    static V field(I codes) {
        if constexpr (Part > 0) codes = _mm256_srli_epi32(codes, Bits * Part);
        if constexpr (Bits == 4) {
            if constexpr (Part == 0) codes = _mm256_and_si256(codes, _mm256_set1_epi32(15));
            return _mm256_cvtepi32_ps(codes);
        } else {
            static_assert(Bits == 2);
            return _mm256_permutevar_ps(_mm256_setr_ps(0, 1, 2, 3, 0, 1, 2, 3), codes);
        }
    }

    // Bits of a plane of one bit for `selected` elements, all of them in every lane.
    using Selection = __m256i;
    static constexpr int64_t selected = 32;
    static Selection select(Bytes p) {
        int32_t bits;
        __builtin_memcpy(&bits, p, sizeof bits);
        return _mm256_set1_epi32(bits);
    }
    static Selection select_part(Bytes p, int) { return _mm256_set1_epi32(*p); }
    template <int Group>
    static V add_selected(V sum, V query, Selection selection) {
        // The lane's bit moves to the sign, which is all that a blend looks at.
        const __m256i shift = _mm256_sub_epi32(_mm256_setr_epi32(31, 30, 29, 28, 27, 26, 25, 24),
                                               _mm256_set1_epi32(Group * static_cast<int>(lanes)));
        const V bit = _mm256_castsi256_ps(_mm256_sllv_epi32(selection, shift));
        return _mm256_add_ps(sum, _mm256_blendv_ps(zero(V{}), query, bit));
    }

    // Four sums at once: element r of the result is the sum of the lanes of the r-th argument.
    static __m128 reduce4(V a, V b, V c, V d) {
        const __m256 ab = _mm256_add_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
        const __m256 cd = _mm256_add_ps(_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
        const __m256 sums = _mm256_add_ps(_mm256_shuffle_ps(ab, cd, 0x44), _mm256_shuffle_ps(ab, cd, 0xee));
        return _mm_add_ps(_mm256_castps256_ps128(sums), _mm256_extractf128_ps(sums, 1));
    }
    static __m128 reduce4(I a, I b, I c, I d) {
        const I ab = _mm256_add_epi32(_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
        const I cd = _mm256_add_epi32(_mm256_unpacklo_epi32(c, d), _mm256_unpackhi_epi32(c, d));
        const I sums = _mm256_add_epi32(_mm256_unpacklo_epi64(ab, cd), _mm256_unpackhi_epi64(ab, cd));
        return _mm_cvtepi32_ps(_mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1)));
    }
    static float first(__m128 v) { return _mm_cvtss_f32(v); }
    static void store4(unsigned char* to, __m128 v) { _mm_storeu_ps(reinterpret_cast<float*>(to), v); }

    // Byte vectors: levels of a row, int8 elements of a query.
    using bytes_avx2::load_bytes;
    // The first n (0 to 32) bytes, zeros after them.
    static I load_bytes(Bytes p, int64_t n) {
        if (n == bytes) return load_bytes(p);
        alignas(32) unsigned char copy[bytes] = {};
        unsigned char* to = copy;
        if (n & 16) {
            __builtin_memcpy(to, p, 16);
            to += 16;
            p += 16;
        }
        if (n & 8) {
            __builtin_memcpy(to, p, 8);
            to += 8;
            p += 8;
        }
        copy_part<1>(to, p, static_cast<int>(n & 7));
        return load_bytes(copy);
    }
    static I shift_left(I a, int bits) { return _mm256_slli_epi32(a, bits); }

    template <int Bits>
    static I add_levels(I sum, I codes, const I (&query)[8 / Bits]) {
        if constexpr (Bits == 8) {
            // Sums of two products of full bytes need more than 16 bits.
            const I low = _mm256_madd_epi16(_mm256_unpacklo_epi8(codes, zero(I{})), signed_low(query[0]));
            const I high = _mm256_madd_epi16(_mm256_unpackhi_epi8(codes, zero(I{})), signed_high(query[0]));
            return _mm256_add_epi32(sum, _mm256_add_epi32(low, high));
        } else {
            // At most 15 x 128 x 4: sums of all fields of two bytes fit 16 bits.
            const I products = add_fields<Bits, 1>(
                _mm256_maddubs_epi16(_mm256_and_si256(codes, field_mask<Bits>()), query[0]), codes, query);
            return _mm256_add_epi32(sum, _mm256_madd_epi16(products, _mm256_set1_epi16(1)));
        }
    }

    // All bits of a byte set where the row's bit is.
    static I select_bytes(Bytes p) {
        const I index = _mm256_set_epi64x(0x0303030303030303, 0x0202020202020202, 0x0101010101010101, 0);
        const I bit = _mm256_set1_epi64x(static_cast<int64_t>(0x8040201008040201u));
        const I spread = _mm256_shuffle_epi8(select(p), index);
        return _mm256_cmpeq_epi8(_mm256_and_si256(spread, bit), bit);
    }
    static I add_selected_bytes(I sum, I query, I selection) {
        const I pairs = _mm256_maddubs_epi16(_mm256_set1_epi8(1), _mm256_and_si256(query, selection));
        return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
    }

    static constexpr int queries_per_fast_scan = 2;
    static V spread(float a) { return _mm256_set1_ps(a); }
    static I spread16(int a) { return _mm256_set1_epi16(static_cast<short>(a)); }
    // A bit for each lane that is at least the bound.
    static uint32_t reaching(V v, V least) {
        return static_cast<uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps(v, least, _CMP_GE_OQ)));
    }
    // Bits for each unsigned lane of 16 bits that is at least the bound.
    static constexpr int bits_per_sum = 2;
    static uint32_t reaching16(I a, I least) {
        const I reached = _mm256_cmpeq_epi16(_mm256_max_epu16(a, least), a);
        return static_cast<uint32_t>(_mm256_movemask_epi8(reached)) & 0x55555555u;
    }

    static void store(f32, unsigned char* to, V v) { _mm256_storeu_ps(reinterpret_cast<float*>(to), v); }
    static void store(f16, unsigned char* to, V v) { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), to_f16(v)); }
    static void store(bf16, unsigned char* to, V v) { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), to_bf16(v)); }

    // The first n (1 to 7) elements.
    template <class Type>
    static void store_part(Type, unsigned char* to, V v, int n) {
        unsigned char copy[lanes * Type::bytes];
        store(Type{}, copy, v);
        copy_part<Type::bytes>(to, copy, n);
    }

private:
    template <int Bits>
    static I field_mask() {
        return _mm256_set1_epi8((1 << Bits) - 1);
    }
    template <int Bits, int Part>
    static I add_fields(I products, I codes, const I (&query)[8 / Bits]) {
        if constexpr (Part * Bits < 8) {
            const I field = _mm256_and_si256(_mm256_srli_epi16(codes, Part * Bits), field_mask<Bits>());
            const I more = _mm256_add_epi16(products, _mm256_maddubs_epi16(field, query[Part]));
            return add_fields<Bits, Part + 1>(more, codes, query);
        } else {
            return products;
        }
    }
    static I signed_low(I codes) { return _mm256_srai_epi16(_mm256_unpacklo_epi8(codes, codes), 8); }
    static I signed_high(I codes) { return _mm256_srai_epi16(_mm256_unpackhi_epi8(codes, codes), 8); }

    static __m128i load8(Bytes p) { return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)); }
    static __m128i load8(Bytes p, int n, bool inside) {
        if (inside) {
            const int before = static_cast<int>(lanes) - n;
            uint64_t last;
            __builtin_memcpy(&last, p - before, sizeof last);
            return _mm_cvtsi64_si128(static_cast<int64_t>(last >> (8 * before)));
        }
        alignas(8) unsigned char copy[8] = {};
        copy_part<1>(copy, p, n);
        return load8(copy);
    }
    static __m128i load16(Bytes p) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }
    static __m128i load16(Bytes p, int n, bool inside) {
        if (inside) {
            const int before = 2 * (static_cast<int>(lanes) - n);
            const __m128i from = _mm_add_epi8(_mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
                                              _mm_set1_epi8(static_cast<char>(before)));
            // A shuffle writes zero where the index has its top bit set: 16 and more become 128 and more.
            const __m128i index = _mm_adds_epu8(from, _mm_set1_epi8(112));
            return _mm_shuffle_epi8(load16(p - before), index);
        }
        alignas(16) unsigned char copy[16] = {};
        copy_part<2>(copy, p, n);
        return load16(copy);
    }

    static V from_i8(__m128i codes) { return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(codes)); }

    static __m128i to_f16(V v) { return _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }

    static V from_bf16(__m128i halves) {
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
    }
    static __m128i to_bf16(V v) {
        const I bits = _mm256_castps_si256(v);
        const I upper = _mm256_srli_epi32(bits, 16);
        const I odd = _mm256_and_si256(upper, _mm256_set1_epi32(1));
        const I up = _mm256_add_epi32(_mm256_add_epi32(bits, odd), _mm256_set1_epi32(0x7fff));
        const I nan = _mm256_castps_si256(_mm256_cmp_ps(v, v, _CMP_UNORD_Q));
        const I quiet = _mm256_or_si256(upper, _mm256_set1_epi32(0x40));
        const I halves = _mm256_blendv_epi8(_mm256_srli_epi32(up, 16), quiet, nan);
        return _mm_packus_epi32(_mm256_castsi256_si128(halves), _mm256_extracti128_si256(halves, 1));
    }

    // E4M3 in the place of a half's fields has 2^-8 of its value; its only NaN becomes one of the half.
    static V from_e4m3(__m128i codes) {
        const __m128i fields = _mm_slli_epi16(_mm_cvtepi8_epi16(codes), 7);
        const __m128i magnitude = _mm_and_si128(fields, _mm_set1_epi16(0x3f80));
        const __m128i nan = _mm_cmpeq_epi16(magnitude, _mm_set1_epi16(0x3f80));
        const __m128i half = _mm_and_si128(fields, _mm_set1_epi16(static_cast<short>(0xbf80)));
        return scale(_mm256_cvtph_ps(_mm_or_si128(half, _mm_and_si128(nan, _mm_set1_epi16(0x7e00)))), 256);
    }
    // E5M2 is the upper byte of a half.
    static V from_e5m2(__m128i codes) { return _mm256_cvtph_ps(_mm_slli_epi16(_mm_cvtepu8_epi16(codes), 8)); }

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
