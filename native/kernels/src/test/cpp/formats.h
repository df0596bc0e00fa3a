// Bits of the planes of each row format of kernel_list.h, under the name that the list has for it.
#pragma once

#include <stdint.h>

struct Format {
    int planes[3];
    constexpr int64_t row_bytes(int64_t dimension) const {
        int64_t bytes = 0;
        for (int bits : planes) bytes += (dimension * bits + 7) / 8;
        return bytes;
    }
};
constexpr Format f32{{32}}, f16{{16}}, bf16{{16}}, i8{{8}}, e4m3{{8}}, e5m2{{8}};
constexpr Format u1{{1}}, u2{{2}}, u3{{2, 1}}, u4{{4}}, u5{{4, 1}}, u6{{4, 2}}, u7{{4, 2, 1}}, u8{{8}};
