package io.vecino.kernels;

final class Avx2GraphTest extends GraphContract {
    Avx2GraphTest() {
        super(KernelLevel.AVX2);
    }
}
