package io.vecino.cli.terminal;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the command line learns from the machine it runs on; nothing else reads system properties or the environment. */
public final class Host {
    private Host() {}

    /** The running JDK's sources; the file need not exist. */
    public static Path jdkSources() {
        return Path.of(System.getProperty("java.home", "."), "lib", "src.zip");
    }

    /** The running JDK's version, such as {@code 25.0.2}. */
    public static String jdkVersion() {
        return Runtime.version().toString();
    }

    /** Where what can be computed again is kept: {@code $XDG_CACHE_HOME/vecino}, else {@code ~/.cache/vecino}. */
    public static Path cacheDirectory() {
        return cacheDirectory(System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home", "."));
    }

    /** A relative {@code XDG_CACHE_HOME} is ignored, as the XDG base directory specification asks. */
    static Path cacheDirectory(@Nullable String xdgCacheHome, String userHome) {
        boolean usable = xdgCacheHome != null && Path.of(xdgCacheHome).isAbsolute();
        return (usable ? Path.of(xdgCacheHome) : Path.of(userHome, ".cache")).resolve("vecino");
    }

    /** The API key in the environment; null if there is none. */
    public static @Nullable String apiKey() {
        return System.getenv("VECINO_API_KEY");
    }

    /** Whether standard error is a terminal; the launcher knows and says so. */
    static boolean errorIsTerminal() {
        return Boolean.getBoolean("vecino.terminal");
    }

    /**
     * Keeps the tokenizer library's files in {@code directory} and the library off the network, which it would
     * otherwise ask for a cloud machine's identity. Has no effect once the library is loaded.
     */
    public static void confineTokenizer(Path directory) {
        System.setProperty("DJL_CACHE_DIR", directory.toString());
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
    }
}
