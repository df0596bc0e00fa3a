package io.vecino.kernels;

final class ScalarGraphTest extends GraphContract {
    ScalarGraphTest() {
        super(KernelLevel.SCALAR);
    }
}
