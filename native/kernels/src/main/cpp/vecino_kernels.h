// C ABI of the kernels. Arguments are valid by contract (io.vecino.kernels checks them before the call), segments may
// have any alignment, outputs do not overlap inputs. Nothing is read outside [row, row + row bytes).
#pragma once

#include <stdint.h>

#include "kernel_list.h"

#if defined(_WIN32)
#define VECINO_EXPORT extern "C" __declspec(dllexport)
#else
#define VECINO_EXPORT extern "C" __attribute__((visibility("default")))
#endif

// Bits of VECINO_LEVELS whose instructions the CPU has and whose registers the operating system saves.
VECINO_EXPORT int32_t vecino_levels(void);

// Every exported kernel symbol of this build, separated by '\n', static storage.
VECINO_EXPORT const char* vecino_manifest(void);

// Asks for large pages where whole ones lie within the memory, whose bytes stay as they are. Returns 2 if all are large
// now, 1 if the wish is noted, 0 if nothing came of it.
VECINO_EXPORT int32_t vecino_large_pages(void* memory, int64_t bytes);

// pair:     the score of one row.
// rows:     scores[i] = score(query, rows + i * stride). Returns 0.
// ordinals: scores[i] = score(query, rows + ordinals[i] * stride). Returns 0, or 1 + the first position whose ordinal
//           is not in [0, row_count); that row and those after its group are not read.
// batch:    scores[q * count + i] = score(queries + q * dimension, rows + i * stride). Returns 0.
#define VECINO_DECLARE_KERNEL(op, type, level)                                                                       \
    VECINO_EXPORT float vecino_##op##_##type##_##level##_pair(const void* query, const void* row, int32_t dimension); \
    VECINO_EXPORT int32_t vecino_##op##_##type##_##level##_rows(const void* query, const void* rows, int64_t stride, \
                                                                int32_t count, int32_t dimension, void* scores);    \
    VECINO_EXPORT int32_t vecino_##op##_##type##_##level##_ordinals(                                                 \
        const void* query, const void* rows, int64_t stride, int64_t row_count, const void* ordinals, int32_t count, \
        int32_t dimension, void* scores);                                                                            \
    VECINO_EXPORT int32_t vecino_##op##_##type##_##level##_batch(const void* queries, int32_t query_count,           \
                                                                 const void* rows, int64_t stride, int32_t count,    \
                                                                 int32_t dimension, void* scores);

// count elements from `from` to `to`, round to nearest even. Returns 0.
#define VECINO_DECLARE_CONVERSION(direction, type, level) \
    VECINO_EXPORT int32_t vecino_##direction##_##type##_##level(const void* from, void* to, int64_t count);

// pack:   count x dimension levels of one byte each to rows of `bits` (1 to 8) bits, `stride` apart. Returns 0.
// unpack: rows to levels.
#define VECINO_DECLARE_PACKING(direction, level)                                                                 \
    VECINO_EXPORT int32_t vecino_##direction##_levels_##level(const void* from, void* to, int64_t stride,        \
                                                              int32_t count, int32_t dimension, int32_t bits);

// fast_scan:        sums[q * block_count * 32 + v] = sum over m of luts[q][m][code m of vector v], as uint16; a table
//                   has 16 bytes; at most 256 sub-quantizers. Returns 0.
// pack_fast_scan:   codes of one byte, count x subquantizers, to ceil(count / 32) blocks. Returns 0.
// unpack_fast_scan: blocks to codes.
#define VECINO_DECLARE_FAST_SCAN(level)                                                                            \
    VECINO_EXPORT int32_t vecino_fast_scan_##level(const void* luts, int32_t query_count, const void* blocks,      \
                                                   int32_t block_count, int32_t subquantizers, void* sums);        \
    VECINO_EXPORT int32_t vecino_pack_fast_scan_##level(const void* codes, void* blocks, int32_t count,            \
                                                        int32_t subquantizers);                                    \
    VECINO_EXPORT int32_t vecino_unpack_fast_scan_##level(const void* blocks, void* codes, int32_t count,          \
                                                          int32_t subquantizers);

// read_halves:   to[i] = origin + unit * binary16 at from + i * stride, float32. Returns 0.
// finish:        scores[q * count + i] becomes term + scale * (factor * score + zero * sum + reach * error) + bias.
//                `constants` holds count scales, then zeros, then biases; `queries` factor, sum and error of each query;
//                reach is the larger of |zero| and |zero + top|; the term is terms[q * 256 + c], c the byte at
//                centres + i * centre_stride; if centre_count is 1, it is terms[q]. Returns 0.
// select_floats: positions i with values[i] >= least, in order, room for count of them. Returns how many.
// select_sums:   the same for uint16, least in [0, 65535].
#define VECINO_DECLARE_CANDIDATES(level)                                                                              \
    VECINO_EXPORT int32_t vecino_read_halves_##level(const void* from, int64_t stride, int32_t count, float origin,   \
                                                     float unit, void* to);                                           \
    VECINO_EXPORT int32_t vecino_finish_##level(void* scores, int32_t query_count, int32_t count,                     \
                                                const void* constants, const void* centres, int64_t centre_stride,    \
                                                int32_t centre_count, const void* queries, float top,                 \
                                                const void* terms);                                                   \
    VECINO_EXPORT int32_t vecino_select_floats_##level(const void* values, int32_t count, float least,                \
                                                       void* positions);                                              \
    VECINO_EXPORT int32_t vecino_select_sums_##level(const void* sums, int32_t count, int32_t least, void* positions);

#define VECINO_DECLARE_LEVEL(level, bit)                 \
    VECINO_KERNELS(VECINO_DECLARE_KERNEL, level)         \
    VECINO_CONVERSIONS(VECINO_DECLARE_CONVERSION, level) \
    VECINO_PACKINGS(VECINO_DECLARE_PACKING, level)       \
    VECINO_DECLARE_FAST_SCAN(level)                      \
    VECINO_DECLARE_CANDIDATES(level)

VECINO_LEVELS(VECINO_DECLARE_LEVEL)
