package io.vecino.index.faiss;

import io.vecino.faiss.global.faiss;
import io.vecino.model.LibraryReport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The FAISS that is linked in. */
public final class FaissRuntime {
    private FaissRuntime() {}

    /** Its version, instruction sets, BLAS, threads and GPU support. */
    public static LibraryReport report() {
        Map<String, String> facts = new LinkedHashMap<>();
        try {
            facts.put("version", FaissLibrary.version());
            facts.put("SIMD", faiss.get_compile_options().getString().strip());
            String blas = faiss.blas_description().getString();
            facts.put("BLAS", blas.isEmpty() ? "not OpenBLAS" : blas);
            facts.put("OpenMP threads", String.valueOf(faiss.max_omp_threads()));
            facts.put("GPU", faiss.gpu_supported() ? faiss.gpu_devices() + " devices" : "no support built in");
            return new LibraryReport("FAISS", facts, Optional.empty());
        } catch (LinkageError e) {
            return new LibraryReport("FAISS", Map.of(), Optional.of(String.valueOf(e.getMessage())));
        }
    }
}
