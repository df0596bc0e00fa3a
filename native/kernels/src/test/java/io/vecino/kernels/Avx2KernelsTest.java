package io.vecino.kernels;

final class Avx2KernelsTest extends KernelsContract {

    Avx2KernelsTest() {
        super(KernelLevel.AVX2);
    }
}
