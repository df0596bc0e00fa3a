package io.vecino.faiss;

import static io.vecino.faiss.global.faiss.FAISS_VERSION_MAJOR;
import static io.vecino.faiss.global.faiss.FAISS_VERSION_MINOR;
import static io.vecino.faiss.global.faiss.get_compile_options;
import static io.vecino.faiss.global.faiss.max_omp_threads;
import static io.vecino.faiss.global.faiss.set_blas_threads;
import static io.vecino.faiss.global.faiss.set_omp_threads;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RuntimeTest {
    @Test
    void threadCountIsPerCallingThread() throws InterruptedException {
        int before = max_omp_threads();
        try {
            set_omp_threads(1);
            assertEquals(1, max_omp_threads());
            int[] elsewhere = new int[1];
            Thread thread = Thread.ofPlatform().start(() -> elsewhere[0] = max_omp_threads());
            thread.join();
            assertEquals(before, elsewhere[0]);
        } finally {
            set_omp_threads(before);
        }
    }

    @Test
    void libraryDescribesItself() {
        assertTrue(FAISS_VERSION_MAJOR > 1 || FAISS_VERSION_MINOR >= 7);
        assertFalse(get_compile_options().getString().isBlank());
        System.out.println(
                "BLAS thread control: " + set_blas_threads(Runtime.getRuntime().availableProcessors()));
    }
}
