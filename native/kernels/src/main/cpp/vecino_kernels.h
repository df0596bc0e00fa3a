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

#define VECINO_DECLARE_LEVEL(level, bit)                 \
    VECINO_KERNELS(VECINO_DECLARE_KERNEL, level)         \
    VECINO_CONVERSIONS(VECINO_DECLARE_CONVERSION, level) \
    VECINO_PACKINGS(VECINO_DECLARE_PACKING, level)       \
    VECINO_DECLARE_FAST_SCAN(level)

VECINO_LEVELS(VECINO_DECLARE_LEVEL)
