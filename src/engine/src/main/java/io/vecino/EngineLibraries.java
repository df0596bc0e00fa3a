package io.vecino;

import io.vecino.index.faiss.FaissDevice;
import io.vecino.index.faiss.FaissRuntime;
import io.vecino.model.Device;
import io.vecino.model.LibraryReport;
import java.util.List;

/** The native libraries under an engine; no directory is needed to ask. */
public final class EngineLibraries {
    private EngineLibraries() {}

    /** Where FAISS indexes that are built or opened from now on are searched, by every engine of the process. */
    public static void useDevice(Device device) {
        FaissDevice.use(device);
    }

    /** How often the processor stood in for a GPU that was asked for, since the start. */
    public static long gpuFallbacks() {
        return FaissDevice.fallbacks();
    }

    /** One report per library. */
    public static List<LibraryReport> reports() {
        return List.of(FaissRuntime.report());
    }
}
