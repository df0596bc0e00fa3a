package io.vecino.kernels;

final class Avx512GraphTest extends GraphContract {
    Avx512GraphTest() {
        super(KernelLevel.AVX512);
    }
}
