package io.vecino.kernels;

import java.util.Arrays;
import java.util.Locale;

/**
 * What this room reads from the system properties, in one place.
 *
 * @param highest no level above this one is used; {@code -Dvecino.kernels.level=scalar|avx2|avx512}
 * @param libraryPath resource path of the native library for this platform, relative to this package
 */
record KernelSettings(KernelLevel highest, String libraryPath) {

    static final String LEVEL_PROPERTY = "vecino.kernels.level";

    static KernelSettings fromSystem() {
        return of(
                System.getProperty(LEVEL_PROPERTY, KernelLevel.AVX512.symbol()),
                System.getProperty("os.name"),
                System.getProperty("os.arch"));
    }

    static KernelSettings of(String level, String osName, String osArchitecture) {
        return new KernelSettings(parseLevel(level), libraryPath(osName, osArchitecture));
    }

    private static KernelLevel parseLevel(String text) {
        return Arrays.stream(KernelLevel.values())
                .filter(level -> level.symbol().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "system property " + LEVEL_PROPERTY + " must be scalar, avx2 or avx512, got '" + text + "'"));
    }

    // The folder is <os>-<architecture> as CMakeLists.txt names it.
    private static String libraryPath(String osName, String osArchitecture) {
        String os = osName.toLowerCase(Locale.ROOT);
        String folder;
        String file;
        if (os.startsWith("mac")) {
            folder = "darwin";
            file = "libvecino_kernels.dylib";
        } else if (os.startsWith("windows")) {
            folder = "windows";
            file = "vecino_kernels.dll";
        } else {
            folder = os;
            file = "libvecino_kernels.so";
        }
        String architecture = osArchitecture.equals("amd64") ? "x86_64" : osArchitecture;
        return "native/" + folder + "-" + architecture + "/" + file;
    }
}
