package io.vecino.bench;

import io.vecino.files.NpyWriter;
import io.vecino.model.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Files of clustered points, the same for the same options. */
@Command(
        name = "synth",
        description = "Writes clustered, anisotropic vectors and queries of the same distribution (.npy, float32).",
        mixinStandardHelpOptions = true)
final class SynthCommand implements Callable<Integer> {
    private static final int BLOCK = 1024;
    private static final int LARGEST_DIMENSION = 8192;

    @Option(names = "--base", required = true, description = "Where to write the vectors.")
    private @Nullable Path base;

    @Option(names = "--queries", required = true, description = "Where to write the queries.")
    private @Nullable Path queries;

    @Option(names = "--count", defaultValue = "200000", description = "Vectors (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(names = "--query-count", defaultValue = "1000", description = "Queries (default: ${DEFAULT-VALUE}).")
    private int queryCount;

    @Option(names = "--dimension", required = true, description = "Elements of a vector.")
    private int dimension;

    @Option(names = "--clusters", defaultValue = "1000", description = "Clusters (default: ${DEFAULT-VALUE}).")
    private int clusters;

    @Option(names = "--seed", defaultValue = "1", description = "Of the generator (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    public Integer call() {
        range("--dimension", dimension, LARGEST_DIMENSION);
        range("--count", count, Integer.MAX_VALUE);
        range("--query-count", queryCount, Integer.MAX_VALUE);
        range("--clusters", clusters, Integer.MAX_VALUE);
        ClusteredPoints points = new ClusteredPoints(dimension, clusters, seed);
        write(points, base, count);
        write(points, queries, queryCount);
        return 0;
    }

    private static void range(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new EngineException.InvalidArgument(option, "1 to " + most, String.valueOf(value));
        }
    }

    private void write(ClusteredPoints points, @Nullable Path path, int rows) {
        if (path == null) {
            throw new IllegalStateException("picocli checks required options");
        }
        try (Arena arena = Arena.ofConfined();
                NpyWriter file = new NpyWriter(path, rows, dimension)) {
            MemorySegment block = arena.allocate((long) BLOCK * dimension * Float.BYTES);
            float[] point = new float[dimension];
            for (int first = 0; first < rows; first += BLOCK) {
                int some = Math.min(BLOCK, rows - first);
                for (int i = 0; i < some; i++) {
                    points.next(point);
                    MemorySegment.copy(
                            point, 0, block, ValueLayout.JAVA_FLOAT, (long) i * dimension * Float.BYTES, dimension);
                }
                file.write(block, some);
            }
            file.finish();
        }
    }
}
