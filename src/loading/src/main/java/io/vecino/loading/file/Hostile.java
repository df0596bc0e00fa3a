package io.vecino.loading.file;

import io.vecino.model.EngineException;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls of libraries that fail in many ways on files that are not what they should be. */
final class Hostile {
    private Hostile() {}

    /** A call that may fail. */
    @FunctionalInterface
    interface Call<T extends @Nullable Object> {
        T run() throws IOException;
    }

    /** Calls, and turns whatever a damaged file brings about into one failure that names it. */
    static <T extends @Nullable Object> T call(Supplier<String> where, String expected, Call<T> call) {
        try {
            return call.run();
        } catch (EngineException | BadRowException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // A length out of a damaged file can ask for more memory than there is, or nest without end.
            String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new EngineException.InvalidArgument(where.get(), expected, message);
        }
    }
}
