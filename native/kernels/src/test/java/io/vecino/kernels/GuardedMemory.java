package io.vecino.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Anonymous memory between two pages whose access kills the process. Linux only: the constants are its own. */
final class GuardedMemory implements AutoCloseable {

    private static final long PAGE = 65_536; // a multiple of every page size in use
    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS_NO_RESERVE = 0x4022;
    private static final MethodHandle MMAP =
            link("mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MPROTECT =
            link("mprotect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle MUNMAP = link("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

    private final MemorySegment mapping;

    /** @param bytes accessible bytes, rounded up to whole pages */
    @SuppressWarnings("restricted") // gives the mapping its length
    GuardedMemory(long bytes) {
        long size = (bytes + PAGE - 1) / PAGE * PAGE + 2 * PAGE;
        try {
            MemorySegment start = (MemorySegment)
                    MMAP.invokeExact(MemorySegment.NULL, size, READ_WRITE, PRIVATE_ANONYMOUS_NO_RESERVE, -1, 0L);
            mapping = start.reinterpret(size);
            forbid(mapping.asSlice(0, PAGE));
            forbid(mapping.asSlice(size - PAGE, PAGE));
        } catch (Throwable cause) {
            throw new AssertionError("mmap failed", cause);
        }
    }

    /** The first bytes after the lower guard. */
    MemorySegment first(long bytes) {
        return mapping.asSlice(PAGE, bytes);
    }

    /** The last bytes before the upper guard. */
    MemorySegment last(long bytes) {
        return mapping.asSlice(mapping.byteSize() - PAGE - bytes, bytes);
    }

    @Override
    public void close() {
        try {
            succeed((int) MUNMAP.invokeExact(mapping, mapping.byteSize()));
        } catch (Throwable cause) {
            throw new AssertionError("munmap failed", cause);
        }
    }

    private static void forbid(MemorySegment page) throws Throwable {
        succeed((int) MPROTECT.invokeExact(page, page.byteSize(), 0));
    }

    private static void succeed(int code) {
        if (code != 0) {
            throw new AssertionError("libc returned " + code);
        }
    }

    @SuppressWarnings("restricted") // calls libc
    private static MethodHandle link(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }
}
