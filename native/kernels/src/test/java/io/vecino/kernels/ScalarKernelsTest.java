package io.vecino.kernels;

final class ScalarKernelsTest extends KernelsContract {

    ScalarKernelsTest() {
        super(KernelLevel.SCALAR);
    }
}
