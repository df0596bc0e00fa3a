package io.vecino.kernels;

import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The levels that one process can use, decided once. */
final class KernelRegistry {

    static final KernelRegistry SYSTEM = of(KernelSettings.fromSystem());

    private final KernelLevel highest;
    private final EnumMap<KernelLevel, Kernels> kernels =
            new EnumMap<>(Map.of(KernelLevel.SCALAR, new Kernels(new ScalarKernels())));
    private final EnumMap<KernelLevel, GraphKernels> graphKernels =
            new EnumMap<>(Map.of(KernelLevel.SCALAR, new ScalarGraphKernels()));
    private final @Nullable Throwable loadFailure;
    private final @Nullable MemorySegment largePages;

    private KernelRegistry(KernelLevel highest, NativeLibrary library) {
        this.highest = highest;
        this.largePages = library instanceof NativeLibrary.Loaded loaded ? loaded.find("vecino_large_pages") : null;
        this.loadFailure = switch (library) {
            case NativeLibrary.Absent(Throwable cause) -> cause;
            case NativeLibrary.Loaded loaded -> {
                for (KernelLevel level : loaded.levels()) {
                    if (level.compareTo(highest) <= 0) {
                        kernels.put(level, new Kernels(new NativeKernels(level, loaded)));
                        graphKernels.put(level, new NativeGraphKernels(level, loaded));
                    }
                }
                yield null;
            }
        };
    }

    static KernelRegistry of(KernelSettings settings) {
        NativeLibrary library = settings.highest() == KernelLevel.SCALAR
                ? new NativeLibrary.Absent(lowered(KernelLevel.SCALAR))
                : NativeLibrary.load(settings.libraryPath());
        return new KernelRegistry(settings.highest(), library);
    }

    Kernels best() {
        return at(kernels.keySet().stream().max(KernelLevel::compareTo).orElseThrow());
    }

    Kernels at(KernelLevel level) {
        Kernels found = kernels.get(level);
        if (found != null) {
            return found;
        }
        Throwable cause = level.compareTo(highest) > 0
                ? lowered(highest)
                : loadFailure()
                        .orElseGet(() ->
                                new UnsupportedOperationException("the CPU or the operating system lacks " + level));
        throw new IllegalStateException("kernel level " + level + " is not available: " + cause.getMessage(), cause);
    }

    GraphKernels graphsAt(KernelLevel level) {
        at(level);
        return Objects.requireNonNull(graphKernels.get(level));
    }

    List<KernelLevel> available() {
        return List.copyOf(kernels.keySet());
    }

    /** The function that asks for large pages; null without native code. */
    @Nullable
    MemorySegment largePages() {
        return largePages;
    }

    Optional<Throwable> loadFailure() {
        return Optional.ofNullable(loadFailure);
    }

    private static IllegalStateException lowered(KernelLevel highest) {
        return new IllegalStateException(
                "system property " + KernelSettings.LEVEL_PROPERTY + " allows no level above " + highest.symbol());
    }
}
