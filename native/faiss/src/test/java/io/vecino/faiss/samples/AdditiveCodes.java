package io.vecino.faiss.samples;

import static io.vecino.faiss.global.faiss.METRIC_L2;

import io.vecino.faiss.Index;
import io.vecino.faiss.IndexLocalSearchQuantizer;
import io.vecino.faiss.IndexProductLocalSearchQuantizer;
import io.vecino.faiss.IndexProductResidualQuantizer;
import io.vecino.faiss.IndexResidualQuantizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A vector as a sum of codewords: residual and local-search quantizers, whole and per sub-vector. Local search inverts
 * matrices with LAPACK, which in OpenBLAS takes more stack than a Java thread has by default.
 */
final class AdditiveCodes {
    private static final long STACK = 16L << 20;

    private AdditiveCodes() {}

    public static void main(String[] arguments) throws InterruptedException {
        Throwable[] failure = new Throwable[1];
        Thread thread = new Thread(null, AdditiveCodes::run, "additive", STACK);
        thread.setUncaughtExceptionHandler((_, e) -> failure[0] = e);
        thread.start();
        thread.join();
        Data.expect(failure[0] == null, "no failure: " + failure[0]);
    }

    private static void run() {
        int d = Data.DIMENSION;
        try (Arena arena = Arena.ofConfined();
                IndexResidualQuantizer residual = new IndexResidualQuantizer(d, 8, 5);
                IndexLocalSearchQuantizer local = new IndexLocalSearchQuantizer(d, 8, 5);
                IndexProductResidualQuantizer residuals = new IndexProductResidualQuantizer(d, 2, 4, 5);
                IndexProductLocalSearchQuantizer locals = new IndexProductLocalSearchQuantizer(d, 2, 4, 5)) {
            MemorySegment vectors = Data.gaussian(arena);
            residual.rq().max_beam_size(2);
            local.lsq().train_iters(2);
            local.lsq().encode_ils_iters(2);
            for (Index index : new Index[] {residual, local, residuals, locals}) {
                index.metric_type(METRIC_L2);
                Data.fill(index, vectors);
                Data.expect(Data.own(index, vectors) > 50, index.getClass().getSimpleName() + " in 5 bytes");
                Data.expect(index.sa_code_size() >= 5, "code of " + index.sa_code_size() + " bytes");
            }
        }
    }
}
