package io.vecino.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.opentest4j.TestAbortedException;

/** {@code kernel_list.h} and the Java enums list the same kernels. */
@EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64", disabledReason = "no native level elsewhere")
@DisabledIfSystemProperty(named = "vecino.native.skip", matches = "true", disabledReason = "built without native code")
final class ExportedSymbolsTest {

    @Test
    void bothListsAgree() throws Throwable {
        Set<String> expected = new TreeSet<>();
        for (KernelLevel level : List.of(KernelLevel.AVX2, KernelLevel.AVX512)) {
            for (Kernel kernel : Kernel.values()) {
                for (String shape : List.of("pair", "rows", "ordinals", "batch")) {
                    expected.add("vecino_" + kernel.symbol() + "_" + level.symbol() + "_" + shape);
                }
            }
            for (String other : List.of(
                    "encode_f16",
                    "decode_f16",
                    "encode_bf16",
                    "decode_bf16",
                    "pack_levels",
                    "unpack_levels",
                    "fast_scan",
                    "pack_fast_scan",
                    "unpack_fast_scan",
                    "graph_rotate",
                    "graph_extent",
                    "graph_code",
                    "graph_link",
                    "graph_merge",
                    "graph_trim",
                    "graph_pack",
                    "graph_scan",
                    "graph_search",
                    "read_halves",
                    "finish",
                    "select_floats",
                    "select_sums")) {
                expected.add("vecino_" + other + "_" + level.symbol());
            }
        }
        NativeLibrary.Loaded library = load();
        Set<String> listed = new TreeSet<>(List.of(manifest(library).split("\n", -1)));
        listed.remove("");
        assertEquals(expected, listed);
        for (String symbol : listed) {
            assertTrue(library.find(symbol).address() != 0, symbol);
        }
    }

    // Fails, not skips, where the library should have been built but cannot be loaded.
    private static NativeLibrary.Loaded load() {
        return switch (NativeLibrary.load(KernelSettings.fromSystem().libraryPath())) {
            case NativeLibrary.Loaded loaded -> loaded;
            case NativeLibrary.Absent(UnsupportedOperationException cause) ->
                throw new TestAbortedException("this CPU has no native level", cause);
            case NativeLibrary.Absent(Throwable cause) -> throw new AssertionError("no native library", cause);
        };
    }

    @SuppressWarnings("restricted") // reads a string of static storage
    private static String manifest(NativeLibrary.Loaded library) throws Throwable {
        MemorySegment text = (MemorySegment) Linker.nativeLinker()
                .downcallHandle(library.find("vecino_manifest"), FunctionDescriptor.of(ValueLayout.ADDRESS))
                .invokeExact();
        return text.reinterpret(Long.MAX_VALUE).getString(0);
    }
}
