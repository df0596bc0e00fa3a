// Asks the operating system to hold memory in large pages. Baseline flags: knows nothing of the CPU.
#include "vecino_kernels.h"

#if defined(__linux__)
#include <sys/mman.h>

namespace {

constexpr uintptr_t kLargePage = uintptr_t{1} << 21;
constexpr int kCollapse = 25;  // MADV_COLLAPSE: Linux 6.1, not in every header

}  // namespace

int32_t vecino_large_pages(void* memory, int64_t bytes) {
    const auto start = reinterpret_cast<uintptr_t>(memory);
    const uintptr_t first = (start + kLargePage - 1) / kLargePage * kLargePage;
    const uintptr_t end = (start + static_cast<uintptr_t>(bytes)) / kLargePage * kLargePage;
    if (bytes < 0 || first >= end) return 0;
    void* whole = reinterpret_cast<void*>(first);
    const int32_t advised = madvise(whole, end - first, MADV_HUGEPAGE) == 0;
    return madvise(whole, end - first, kCollapse) == 0 ? 2 : advised;
}
#else
int32_t vecino_large_pages(void*, int64_t) { return 0; }
#endif
