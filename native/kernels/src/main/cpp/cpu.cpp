// Which levels this machine can run. Compiled with baseline flags: it runs before anything is known about the CPU.
#include "vecino_kernels.h"

#if defined(__x86_64__) || defined(_M_X64)
#include <cpuid.h>

namespace {

struct Leaf {
    uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Leaf leaf(uint32_t number) {
    Leaf r;
    if (!__get_cpuid_count(number, 0, &r.eax, &r.ebx, &r.ecx, &r.edx)) return Leaf{};
    return r;
}

constexpr bool has(uint32_t word, uint32_t bits) { return (word & bits) == bits; }

constexpr uint32_t kFma = 1u << 12, kPopcnt = 1u << 23, kOsxsave = 1u << 27;  // leaf 1, ecx
constexpr uint32_t kAvx = 1u << 28, kF16c = 1u << 29;                         // leaf 1, ecx
constexpr uint32_t kBmi1 = 1u << 3, kAvx2 = 1u << 5, kAvx512F = 1u << 16, kAvx512Dq = 1u << 17;               // leaf 7, ebx
constexpr uint32_t kAvx512Bw = 1u << 30, kAvx512Vl = 1u << 31;                               // leaf 7, ebx
constexpr uint32_t kAvx512Vnni = 1u << 11;                                                   // leaf 7, ecx
constexpr uint32_t kYmmState = 0x06;  // XCR0: SSE and upper halves of ymm
constexpr uint32_t kZmmState = 0xe6;  // XCR0: those, mask registers, upper halves of zmm, zmm16-31

uint32_t xcr0() {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

struct Machine {
    bool avx2 = false;
    bool avx512 = false;
};

Machine inspect() {
    Machine m;
    const Leaf one = leaf(1);
    if (!has(one.ecx, kOsxsave | kAvx)) return m;
    const uint32_t state = xcr0();
    const Leaf seven = leaf(7);
    m.avx2 = has(state, kYmmState) && has(one.ecx, kFma | kPopcnt | kF16c) && has(seven.ebx, kBmi1 | kAvx2);
    m.avx512 = m.avx2 && has(state, kZmmState) && has(seven.ebx, kAvx512F | kAvx512Dq | kAvx512Bw | kAvx512Vl) &&
               has(seven.ecx, kAvx512Vnni);
    return m;
}

}  // namespace

int32_t vecino_levels(void) {
    const Machine machine = inspect();
#define VECINO_LEVEL_BIT(level, bit) (machine.level ? (bit) : 0) |
    return VECINO_LEVELS(VECINO_LEVEL_BIT) 0;
}
#else
int32_t vecino_levels(void) { return 0; }
#endif

#define VECINO_NAME_KERNEL(op, type, level)                                                         \
    "vecino_" #op "_" #type "_" #level "_pair\n" "vecino_" #op "_" #type "_" #level "_rows\n"       \
    "vecino_" #op "_" #type "_" #level "_ordinals\n" "vecino_" #op "_" #type "_" #level "_batch\n"
#define VECINO_NAME_CONVERSION(direction, type, level) "vecino_" #direction "_" #type "_" #level "\n"
#define VECINO_NAME_PACKING(direction, level) "vecino_" #direction "_levels_" #level "\n"
#define VECINO_NAME_GRAPH(level)                                                                        \
    "vecino_graph_rotate_" #level "\nvecino_graph_extent_" #level "\nvecino_graph_code_" #level "\n"     \
    "vecino_graph_link_" #level "\nvecino_graph_merge_" #level "\nvecino_graph_trim_" #level "\n"        \
    "vecino_graph_pack_" #level "\nvecino_graph_scan_" #level "\nvecino_graph_search_" #level "\n"
#define VECINO_NAME_FUNCTION(function, level) "vecino_" #function "_" #level "\n"
#define VECINO_NAME_LEVEL(level, bit)                 \
    VECINO_NAME_GRAPH(level)                          \
    VECINO_KERNELS(VECINO_NAME_KERNEL, level)         \
    VECINO_CONVERSIONS(VECINO_NAME_CONVERSION, level) \
    VECINO_PACKINGS(VECINO_NAME_PACKING, level)       \
    VECINO_FAST_SCANS(VECINO_NAME_FUNCTION, level)   \
    VECINO_CANDIDATES(VECINO_NAME_FUNCTION, level)

const char* vecino_manifest(void) { return "" VECINO_LEVELS(VECINO_NAME_LEVEL); }
