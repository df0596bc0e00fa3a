package io.vecino.kernels;

final class Avx512KernelsTest extends KernelsContract {

    Avx512KernelsTest() {
        super(KernelLevel.AVX512);
    }
}
