package io.vecino.kernels;

import java.util.Locale;

/** Instruction sets that the kernels are written for, lowest first. */
public enum KernelLevel {
    /** Plain Java, on every machine: oracle and fallback. */
    SCALAR(0),
    /** AVX2, FMA and F16C. */
    AVX2(1),
    /** AVX-512 F, BW, DQ, VL and VNNI (Cascade Lake, Zen 4 and later), on top of {@link #AVX2}. */
    AVX512(2);

    private final int bit;

    KernelLevel(int bit) {
        this.bit = bit;
    }

    /** The {@code <level>} part of the exported symbols, and the value that the override takes. */
    String symbol() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The bit that {@code vecino_levels} sets when the machine has this level; none for {@link #SCALAR}. */
    int bit() {
        return bit;
    }
}
