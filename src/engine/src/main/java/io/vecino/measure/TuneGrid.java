package io.vecino.measure;

import io.vecino.model.Pipeline;
import io.vecino.model.QuantizerSpec;
import io.vecino.model.TransformSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The pipelines that are tried where none are named: reductions to several sizes, each with codes of falling size. */
final class TuneGrid {
    private static final int UNIT = 8;
    private static final int LEAST = 16;
    private static final String DISTILLATION = "@1500";
    private static final List<String> CODES =
            List.of("f16", "int8", "rabitq:6", "rabitq:4", "rabitq:3", "rabitq:2", "rabitq:1");

    private TuneGrid() {}

    static List<Pipeline> of(int dimension) {
        List<String> transforms = new ArrayList<>(List.of("none"));
        Stream.of(1.0 / 8, 1.0 / 4, 3.0 / 8, 1.0 / 2, 2.0 / 3)
                .map(share -> rounded(dimension, share))
                .distinct()
                .filter(dims -> dims < dimension)
                .forEach(dims -> transforms.add("pca:" + dims));
        Stream.of(1.0 / 4, 7.0 / 16, 5.0 / 8)
                .map(share -> rounded(dimension, share))
                .distinct()
                .filter(dims -> dims < dimension)
                .forEach(dims -> transforms.add("distill:" + dims + DISTILLATION));
        List<Pipeline> grid = new ArrayList<>(List.of(Pipeline.NONE));
        for (String transform : transforms) {
            CODES.forEach(code -> grid.add(Pipeline.parse(transform + "/" + code)));
        }
        return grid;
    }

    private static int rounded(int dimension, double share) {
        return Math.max(LEAST, (int) Math.round(dimension * share / UNIT) * UNIT);
    }

    /** Pipelines by what is trained once for all of them, in the order in which it first appears. */
    static Map<List<TransformSpec>, List<Pipeline>> byTransforms(List<Pipeline> pipelines) {
        Map<List<TransformSpec>, List<Pipeline>> groups = new LinkedHashMap<>();
        pipelines.stream()
                .distinct()
                .forEach(pipeline -> groups.computeIfAbsent(pipeline.transforms(), _ -> new ArrayList<>())
                        .add(pipeline));
        return groups;
    }

    /** Bytes that a code of a pipeline has at least. */
    static double leastBytes(Pipeline pipeline, int dimension) {
        double bits = bits(pipeline.quantizer(), pipeline.outputDimension(dimension))
                + pipeline.refine().map(refine -> bits(refine, dimension)).orElse(0.0);
        return bits / Byte.SIZE;
    }

    private static double bits(QuantizerSpec spec, int dimension) {
        return switch (spec.method()) {
            case F32 -> 32.0 * dimension;
            case F16, BF16 -> 16.0 * dimension;
            case FP8E4M3, FP8E5M2, INT8 -> 8.0 * dimension;
            case INT6 -> 6.0 * dimension;
            case INT4 -> 4.0 * dimension;
            case BINARY -> dimension;
            case BINARY2 -> 2.0 * dimension;
            case RABITQ -> (double) spec.bits() * dimension;
            case PQ, OPQ -> (double) spec.size() * spec.bits();
            case TCQ -> (double) spec.size() * Byte.SIZE;
        };
    }
}
