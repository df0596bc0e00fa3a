// 4-bit product quantization scanned through registers: after Andre, Kermarrec and Le Scouarnec, "Quicker ADC" (2019).
// Written once over a level's byte vectors.
//
// A block holds 32 vectors, 32 bytes for each pair of sub-quantizers: byte k of the first half has the code of vector k
// for the first of the pair in its low half and that of vector k + 16 in its high half; the second half has those of
// the second of the pair. Each half is looked up in one table of 16 bytes by one shuffle.
#pragma once

#include "rows.h"

namespace {

constexpr int64_t kBlockVectors = 32;
constexpr int64_t kPairBytes = 32;
constexpr int64_t kTableBytes = 16;
// Blocks that stay in the second-level cache while all groups of queries go over them.
constexpr int64_t kFastScanChunkBytes = 256 * 1024;
constexpr int64_t kFastScanAhead = 4096;

constexpr int64_t block_bytes(int64_t subquantizers) { return (subquantizers + 1) / 2 * kPairBytes; }

// One block for Q queries. A register of 16-bit sums takes both bytes of each pair: `both` sums the lower byte plus 256
// times the upper modulo 2^16, `upper` the upper alone, so that the difference is exact although `both` wraps around.
// If Ahead, the blocks behind are asked for.
template <class Level, int Q, bool Ahead = true>
VECINO_INLINE void scan_block(Bytes luts, int64_t lut_stride, Bytes block, int64_t subquantizers, unsigned char* sums,
                              int64_t sums_stride) {
    using I = typename Level::I;
    I both[Q][2], upper[Q][2];
#pragma GCC unroll 8
    for (int q = 0; q < Q; q++) {
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) both[q][half] = upper[q][half] = Level::zero(I{});
    }
    const auto step = [&](const I codes, int64_t from, int64_t table_bytes) __attribute__((always_inline)) {
        const I low = Level::low_halves(codes), high = Level::high_halves(codes);
#pragma GCC unroll 8
        for (int q = 0; q < Q; q++) {
            const Bytes at = luts + q * lut_stride + from;
            const I tables = table_bytes == Level::bytes ? Level::load_bytes(at) : Level::load_bytes(at, table_bytes);
            const I found[2] = {Level::look(tables, low), Level::look(tables, high)};
#pragma GCC unroll 2
            for (int half = 0; half < 2; half++) {
                both[q][half] = Level::add16(both[q][half], found[half]);
                upper[q][half] = Level::add16(upper[q][half], Level::upper_bytes(found[half]));
            }
        }
    };
    const int64_t code_bytes = block_bytes(subquantizers);
    const int64_t all_tables = subquantizers * kTableBytes;
    int64_t at = 0;
    for (; at + Level::bytes <= all_tables; at += Level::bytes) {
        if constexpr (Ahead) prefetch(block, static_cast<uint64_t>(kFastScanAhead + at));
        step(Level::load_bytes(block + at), at, Level::bytes);
    }
    if (at < code_bytes) {
        step(Level::load_bytes(block + at, code_bytes - at), at, all_tables - at);
    }
#pragma GCC unroll 8
    for (int q = 0; q < Q; q++) {
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            Level::store_sums(sums + q * sums_stride + half * kBlockVectors, both[q][half], upper[q][half]);
        }
    }
}

template <class Level, int Q>
void scan_blocks(Bytes luts, Bytes blocks, int64_t count, int64_t subquantizers, unsigned char* sums,
                 int64_t sums_stride) {
    const int64_t bytes = block_bytes(subquantizers);
    for (int64_t b = 0; b < count; b++) {
        scan_block<Level, Q>(luts, subquantizers * kTableBytes, blocks + b * bytes, subquantizers,
                             sums + b * kBlockVectors * 2, sums_stride);
    }
}

template <class Level, int Q>
void scan_query_group(int group, Bytes luts, Bytes blocks, int64_t count, int64_t subquantizers, unsigned char* sums,
                      int64_t sums_stride) {
    if constexpr (Q > 1) {
        if (group < Q) {
            scan_query_group<Level, Q - 1>(group, luts, blocks, count, subquantizers, sums, sums_stride);
            return;
        }
    }
    scan_blocks<Level, Q>(luts, blocks, count, subquantizers, sums, sums_stride);
}

template <class Level>
void fast_scan(Bytes luts, int64_t query_count, Bytes blocks, int64_t block_count, int64_t subquantizers,
               unsigned char* sums) {
    constexpr int kMost = Level::queries_per_fast_scan;
    const int64_t sums_stride = block_count * kBlockVectors * 2;
    const int64_t bytes = block_bytes(subquantizers);
    const int64_t fitting = kFastScanChunkBytes / bytes;
    const int64_t chunk = query_count <= kMost ? block_count : fitting < 1 ? 1 : fitting;
    for (int64_t from = 0; from < block_count; from += chunk) {
        const int64_t size = block_count - from < chunk ? block_count - from : chunk;
        for (int64_t q = 0; q < query_count;) {
            const int64_t left = query_count - q;
            const int group = static_cast<int>(left < kMost ? left : kMost);
            scan_query_group<Level, kMost>(group, luts + q * subquantizers * kTableBytes, blocks + from * bytes, size,
                                           subquantizers, sums + q * sums_stride + from * kBlockVectors * 2,
                                           sums_stride);
            q += group;
        }
    }
}

// Codes of one byte each, vector after vector, to blocks; what is missing in the last block and in the last pair is 0.
inline void pack_blocks(Bytes codes, unsigned char* blocks, int64_t count, int64_t subquantizers) {
    const int64_t bytes = block_bytes(subquantizers);
    for (int64_t first = 0; first < count; first += kBlockVectors, blocks += bytes) {
        __builtin_memset(blocks, 0, static_cast<uint64_t>(bytes));
        const int64_t vectors = count - first < kBlockVectors ? count - first : kBlockVectors;
        for (int64_t v = 0; v < vectors; v++) {
            const Bytes own = codes + (first + v) * subquantizers;
            for (int64_t m = 0; m < subquantizers; m++) {
                unsigned char& to = blocks[m * 16 + v % 16];
                to = static_cast<unsigned char>(to | (own[m] & 15) << v / 16 * 4);
            }
        }
    }
}
inline void unpack_blocks(Bytes blocks, unsigned char* codes, int64_t count, int64_t subquantizers) {
    const int64_t bytes = block_bytes(subquantizers);
    for (int64_t v = 0; v < count; v++) {
        const Bytes block = blocks + v / kBlockVectors * bytes;
        const int64_t k = v % kBlockVectors;
        for (int64_t m = 0; m < subquantizers; m++) {
            codes[v * subquantizers + m] = static_cast<unsigned char>(block[m * 16 + k % 16] >> k / 16 * 4 & 15);
        }
    }
}

}  // namespace
