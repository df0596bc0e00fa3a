package io.vecino.kernels;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.Set;

/** The native library of this platform, or the reason why there is none. It stays loaded until the process ends. */
sealed interface NativeLibrary {

    /**
     * @param symbols the exported functions
     * @param levels native levels that this machine can run
     */
    record Loaded(SymbolLookup symbols, Set<KernelLevel> levels) implements NativeLibrary {

        /** The address of an exported function. */
        MemorySegment find(String symbol) {
            return symbols.find(symbol)
                    .orElseThrow(() -> new UnsatisfiedLinkError("native library has no symbol " + symbol));
        }
    }

    /** @param cause what went wrong, for whoever asks why native code is not used */
    record Absent(Throwable cause) implements NativeLibrary {}

    /**
     * Loads the library from this jar.
     *
     * @param path resource path relative to this package
     */
    static NativeLibrary load(String path) {
        try {
            SymbolLookup symbols = extractAndOpen(path);
            Set<KernelLevel> levels = levels(symbols);
            return levels.isEmpty()
                    ? new Absent(new UnsupportedOperationException("this CPU or its operating system lacks AVX2, FMA"
                            + " or F16C, or the native library has no level for it: " + path))
                    : new Loaded(symbols, levels);
        } catch (Throwable cause) { // anything that goes wrong leaves the Java kernels
            return new Absent(cause);
        }
    }

    @SuppressWarnings("restricted") // loads our own library
    private static SymbolLookup extractAndOpen(String path) throws IOException {
        try (InputStream resource = NativeLibrary.class.getResourceAsStream(path)) {
            if (resource == null) {
                throw new FileNotFoundException("the jar has no native library for this platform: " + path);
            }
            Path file = Files.createTempFile("vecino_kernels", ".lib");
            try {
                Files.copy(resource, file, StandardCopyOption.REPLACE_EXISTING);
                return SymbolLookup.libraryLookup(file, Arena.global());
            } finally {
                deleteLoaded(file);
            }
        }
    }

    // A loaded library stays mapped without its name; Windows refuses to delete it and clears it away later.
    private static void deleteLoaded(Path file) throws IOException {
        if (!file.toFile().delete()) {
            file.toFile().deleteOnExit();
        }
    }

    @SuppressWarnings("restricted") // calls our own library
    private static Set<KernelLevel> levels(SymbolLookup symbols) throws Throwable {
        MemorySegment function = symbols.find("vecino_levels").orElseThrow();
        int bits = (int) Linker.nativeLinker()
                .downcallHandle(function, FunctionDescriptor.of(ValueLayout.JAVA_INT))
                .invokeExact();
        Set<KernelLevel> levels = EnumSet.noneOf(KernelLevel.class);
        for (KernelLevel level : KernelLevel.values()) {
            if ((bits & level.bit()) != 0) {
                levels.add(level);
            }
        }
        return levels;
    }
}
