package io.vecino.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Which level is used, and what is said when one cannot be. */
final class KernelRegistryTest {

    private static final String OS = System.getProperty("os.name");
    private static final String ARCHITECTURE = System.getProperty("os.arch");

    @Test
    void bestIsTheHighestAvailable() {
        assertEquals(Kernels.available().getLast(), Kernels.best().level());
        assertEquals(KernelLevel.SCALAR, Kernels.available().getFirst());
        assertSame(Kernels.best(), Kernels.at(Kernels.best().level()));
    }

    @Test
    void overrideLowersTheLevel() {
        Assumptions.assumeTrue(Kernels.available().contains(KernelLevel.AVX2), "this machine has no AVX2");
        KernelRegistry lowered = KernelRegistry.of(KernelSettings.of("avx2", OS, ARCHITECTURE));
        assertEquals(List.of(KernelLevel.SCALAR, KernelLevel.AVX2), lowered.available());
        assertEquals(KernelLevel.AVX2, lowered.best().level());
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> lowered.at(KernelLevel.AVX512));
        assertEquals(
                "kernel level AVX512 is not available: system property vecino.kernels.level allows no level above avx2",
                refused.getMessage());
    }

    @Test
    void overrideNeverRaisesTheLevel() {
        KernelRegistry highest = KernelRegistry.of(KernelSettings.of("avx512", OS, ARCHITECTURE));
        assertEquals(Kernels.available(), highest.available());
    }

    @Test
    void scalarOverrideLoadsNothing() {
        KernelRegistry scalar = KernelRegistry.of(KernelSettings.of("scalar", OS, ARCHITECTURE));
        assertEquals(List.of(KernelLevel.SCALAR), scalar.available());
        assertEquals(KernelLevel.SCALAR, scalar.best().level());
        assertInstanceOf(IllegalStateException.class, scalar.loadFailure().orElseThrow());
    }

    @Test
    void unknownOverrideIsRefused() {
        IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> KernelSettings.of("AVX9", OS, ARCHITECTURE));
        assertEquals(
                "system property vecino.kernels.level must be scalar, avx2 or avx512, got 'AVX9'",
                refused.getMessage());
    }

    @Test
    void missingLibraryLeavesTheJavaKernelsAndSaysWhy() {
        KernelRegistry elsewhere = KernelRegistry.of(KernelSettings.of("avx512", "Plan 9", "mips"));
        assertEquals(List.of(KernelLevel.SCALAR), elsewhere.available());
        Throwable why = elsewhere.loadFailure().orElseThrow();
        assertInstanceOf(FileNotFoundException.class, why);
        assertTrue(String.valueOf(why.getMessage()).contains("native/plan 9-mips/libvecino_kernels.so"));
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> elsewhere.at(KernelLevel.AVX2));
        assertSame(why, refused.getCause());
    }

    @Test
    void platformsAreNamedAsTheBuildNamesThem() {
        assertEquals(
                "native/darwin-aarch64/libvecino_kernels.dylib",
                KernelSettings.of("scalar", "Mac OS X", "aarch64").libraryPath());
        assertEquals(
                "native/windows-x86_64/vecino_kernels.dll",
                KernelSettings.of("scalar", "Windows 11", "amd64").libraryPath());
        assertEquals(
                "native/linux-x86_64/libvecino_kernels.so",
                KernelSettings.of("scalar", "Linux", "amd64").libraryPath());
    }
}
