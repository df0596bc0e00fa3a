package io.vecino.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** Fewer and larger pages for memory that is read at random places. */
public final class LargePages {
    /** Less than this is left as it is. */
    private static final long LEAST_BYTES = 4L << 20;

    private static final MethodHandle CALL = NativeCalls.returningCode(ADDRESS, JAVA_LONG);
    private static final @Nullable MemorySegment FUNCTION = KernelRegistry.SYSTEM.largePages();

    private LargePages() {}

    /**
     * Asks for large pages; what the memory holds stays. Where the operating system has none, for mapped files on most, or
     * none are free, nothing happens.
     *
     * @return whether all of it that can be is in large pages now
     */
    public static boolean ask(MemorySegment memory) {
        if (FUNCTION == null || memory.byteSize() < LEAST_BYTES) {
            return false;
        }
        try {
            return (int) CALL.invokeExact(FUNCTION, memory, memory.byteSize()) == 2;
        } catch (Throwable cause) {
            throw NativeCalls.rethrow(cause);
        }
    }
}
