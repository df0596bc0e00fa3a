// The one list of kernels. It drives declaration, definition, export and the manifest that the Java side is
// tested against (io.vecino.kernels.Kernel and KernelLevel repeat it).
#pragma once

// X(op, type, level): op is the arithmetic, type the stored element; the query is float32, or int8 for qdot.
#define VECINO_KERNELS(X, level) \
    X(dot, f32, level)           \
    X(l2, f32, level)            \
    X(dot, f16, level)           \
    X(l2, f16, level)            \
    X(dot, i8, level)            \
    X(dot, bf16, level)          \
    X(l2, bf16, level)           \
    X(dot, e4m3, level)          \
    X(dot, e5m2, level)          \
    X(dot, u1, level)            \
    X(dot, u2, level)            \
    X(dot, u3, level)            \
    X(dot, u4, level)            \
    X(dot, u5, level)            \
    X(dot, u6, level)            \
    X(dot, u7, level)            \
    X(dot, u8, level)            \
    X(qdot, u1, level)           \
    X(qdot, u2, level)           \
    X(qdot, u3, level)           \
    X(qdot, u4, level)           \
    X(qdot, u5, level)           \
    X(qdot, u6, level)           \
    X(qdot, u7, level)           \
    X(qdot, u8, level)

// X(direction, type, level): conversions between float32 and a stored type.
#define VECINO_CONVERSIONS(X, level) \
    X(encode, f16, level)            \
    X(decode, f16, level)        \
    X(encode, bf16, level)       \
    X(decode, bf16, level)

// X(direction, level): levels of one byte to rows of planes and back.
#define VECINO_PACKINGS(X, level) \
    X(pack, level)                \
    X(unpack, level)

// X(function, level): scans of 4-bit product quantization.
#define VECINO_FAST_SCANS(X, level) \
    X(fast_scan, level)             \
    X(pack_fast_scan, level)        \
    X(unpack_fast_scan, level)

// X(function, level): what is done with the scores of a run of codes.
#define VECINO_CANDIDATES(X, level) \
    X(read_halves, level)           \
    X(finish, level)                \
    X(select_floats, level)         \
    X(select_sums, level)

// X(level, bit): what this target can compile; bit is the one that vecino_levels() sets when the machine has it.
#if defined(__x86_64__) || defined(_M_X64)
#define VECINO_LEVELS(X) X(avx2, 1) X(avx512, 2)
#else
#define VECINO_LEVELS(X)
#endif
