package io.vecino;

import io.vecino.model.EngineException;
import io.vecino.model.RecallWatch;
import java.nio.file.Path;

/**
 * What an engine is opened with.
 *
 * @param directory holds all data; created if absent, used by one engine at a time
 * @param memoryLimit bytes of native memory of all {@link io.vecino.model.MemoryUse uses}, at least 1 MiB
 * @param sealPoints unsealed points at which a collection trains its pipeline and compresses them, at least 1
 * @param snapshots where {@link Engine#snapshots()} puts snapshots
 * @param recallWatch whether and how recall is measured again after segments changed
 */
public record EngineConfig(Path directory, long memoryLimit, int sealPoints, Path snapshots, RecallWatch recallWatch) {
    private static final long MIN_MEMORY = 1 << 20;
    private static final long DEFAULT_MEMORY = 8L << 30;
    private static final int DEFAULT_SEAL_POINTS = 20_000;

    public EngineConfig {
        if (memoryLimit < MIN_MEMORY) {
            throw new EngineException.InvalidArgument(
                    "memoryLimit", "at least " + MIN_MEMORY + " bytes", memoryLimit + " bytes");
        }
        if (sealPoints < 1) {
            throw new EngineException.InvalidArgument("sealPoints", "at least 1", String.valueOf(sealPoints));
        }
    }

    /** Defaults: 8 GiB of native memory, sealing at 20,000 points, snapshots beside the data. */
    public static EngineConfig of(Path directory) {
        return new EngineConfig(
                directory, DEFAULT_MEMORY, DEFAULT_SEAL_POINTS, directory.resolve("snapshots"), RecallWatch.OFF);
    }

    /** The same with another sealing threshold. */
    public EngineConfig withSealPoints(int points) {
        return new EngineConfig(directory, memoryLimit, points, snapshots, recallWatch);
    }

    /** The same with another memory budget. */
    public EngineConfig withMemoryLimit(long bytes) {
        return new EngineConfig(directory, bytes, sealPoints, snapshots, recallWatch);
    }

    /** The same with another folder for snapshots. */
    public EngineConfig withSnapshots(Path folder) {
        return new EngineConfig(directory, memoryLimit, sealPoints, folder, recallWatch);
    }

    /** The same with another watch of recall. */
    public EngineConfig with(RecallWatch watch) {
        return new EngineConfig(directory, memoryLimit, sealPoints, snapshots, watch);
    }
}
