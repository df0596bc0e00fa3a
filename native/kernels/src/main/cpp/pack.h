// Levels of one byte each to rows of planes (rows.h) and back: plain loops that the compiler vectorises for the level.
#pragma once

#include "rows.h"

namespace {

// Bits of every element, from bit `shift` on.
inline void pack_fields(Bytes __restrict levels, unsigned char* __restrict plane, int64_t dimension, int bits,
                        int shift) {
    const int64_t width = plane_bytes(bits, dimension);
    const int mask = (1 << bits) - 1;
    for (int part = 0; part * bits < 8; part++) {
        const int64_t from = part * width;
        const int64_t n = dimension - from < width ? dimension - from : width;
        const int left = part * bits;
        if (part == 0) {
            for (int64_t j = 0; j < width; j++) plane[j] = static_cast<unsigned char>(levels[j] >> shift & mask);
        } else {
            for (int64_t j = 0; j < n; j++) {
                plane[j] = static_cast<unsigned char>(plane[j] | (levels[from + j] >> shift & mask) << left);
            }
        }
    }
}

// The elements so far move up to make room for the fields.
inline void unpack_fields(Bytes __restrict plane, unsigned char* __restrict levels, int64_t dimension, int bits) {
    const int64_t width = plane_bytes(bits, dimension);
    const int mask = (1 << bits) - 1;
    for (int part = 0; part * bits < 8; part++) {
        const int64_t from = part * width;
        const int64_t n = dimension - from < width ? dimension - from : width;
        const int right = part * bits;
        for (int64_t j = 0; j < n; j++) {
            levels[from + j] = static_cast<unsigned char>(levels[from + j] << bits | (plane[j] >> right & mask));
        }
    }
}

// Eight levels at a time: bit 0 of each byte of a word is gathered or spread by one multiplication.
inline void pack_bits(Bytes levels, unsigned char* plane, int64_t dimension) {
    int64_t i = 0;
    for (; i + 8 <= dimension; i += 8) {
        uint64_t eight;
        __builtin_memcpy(&eight, levels + i, sizeof eight);
        plane[i / 8] = static_cast<unsigned char>((eight & 0x0101010101010101u) * 0x0102040810204080u >> 56);
    }
    if (i < dimension) {
        int last = 0;
        for (int64_t k = i; k < dimension; k++) last |= (levels[k] & 1) << (k - i);
        plane[i / 8] = static_cast<unsigned char>(last);
    }
}
inline void unpack_bits(Bytes plane, unsigned char* levels, int64_t dimension) {
    int64_t i = 0;
    for (; i + 8 <= dimension; i += 8) {
        uint64_t eight;
        __builtin_memcpy(&eight, levels + i, sizeof eight);
        const uint64_t spread = plane[i / 8] * 0x0101010101010101u & 0x8040201008040201u;
        const uint64_t bits = (spread + 0x007f7f7f7f7f7f7fu) >> 7 & 0x0101010101010101u;
        eight = (eight << 1 & 0xfefefefefefefefeu) | bits;
        __builtin_memcpy(levels + i, &eight, sizeof eight);
    }
    for (; i < dimension; i++) {
        levels[i] = static_cast<unsigned char>(levels[i] << 1 | (plane[i / 8] >> (i % 8) & 1));
    }
}

inline void pack(Bytes levels, unsigned char* rows, int64_t stride, int64_t count, int64_t dimension, int bits) {
    for (int64_t r = 0; r < count; r++, levels += dimension, rows += stride) {
        if (bits == 8) {
            __builtin_memcpy(rows, levels, static_cast<uint64_t>(dimension));
            continue;
        }
        unsigned char* plane = rows;
        int shift = bits;
        for (int width = 4; width > 0; width /= 2) {
            if (!(bits & width)) continue;
            shift -= width;
            if (width == 1) {
                pack_bits(levels, plane, dimension);
            } else {
                pack_fields(levels, plane, dimension, width, shift);
            }
            plane += plane_bytes(width, dimension);
        }
    }
}

inline void unpack(Bytes rows, unsigned char* levels, int64_t stride, int64_t count, int64_t dimension, int bits) {
    for (int64_t r = 0; r < count; r++, levels += dimension, rows += stride) {
        if (bits == 8) {
            __builtin_memcpy(levels, rows, static_cast<uint64_t>(dimension));
            continue;
        }
        __builtin_memset(levels, 0, static_cast<uint64_t>(dimension));
        Bytes plane = rows;
        for (int width = 4; width > 0; width /= 2) {
            if (!(bits & width)) continue;
            if (width == 1) {
                unpack_bits(plane, levels, dimension);
            } else {
                unpack_fields(plane, levels, dimension, width);
            }
            plane += plane_bytes(width, dimension);
        }
    }
}

}  // namespace
