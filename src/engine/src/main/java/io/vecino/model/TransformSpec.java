package io.vecino.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One step of the transforms of a {@link Pipeline}. Written {@code pca:96}; methods that train for a time take a
 * {@linkplain TrainingBudget budget}, {@code distill:96@150s}, and {@code distill:192:96:48} trains one map whose first 96
 * and first 48 coordinates are good maps as well.
 *
 * @param dims dimensions after it, at least 1; for {@code abtt} directions removed; 0 for {@code rotate}
 * @param prefixes smaller dimensions, of {@code distill} only
 * @param budget of methods that {@linkplain Method#descends descend}, else {@link TrainingBudget#DEFAULT}
 */
public record TransformSpec(Method method, int dims, List<Integer> prefixes, TrainingBudget budget) {
    /** The transforms this version knows. */
    public enum Method {
        /** Principal component analysis. */
        PCA("pca"),
        /** A linear map trained to keep neighbours by listwise distillation. */
        DISTILL("distill"),
        /** Twin learning (arXiv 2110.09455): neighbours agree, coordinates stay uncorrelated. */
        TLDR("tldr"),
        /** Kernel PCA with a Gaussian kernel, by Nyström's method. */
        KPCA("kpca"),
        /** The code of a small autoencoder. */
        AUTOENCODER("autoencoder"),
        /** Separate maps of queries and points, trained on sample queries (arXiv 2312.16335); else distillation. */
        LEANVEC("leanvec"),
        /** Maximum pairwise absolute difference (arXiv 2504.16335), with PCA where that keeps more neighbours. */
        MPAD("mpad"),
        /** Greedy margins between true neighbours and the rest, with PCA where that keeps more neighbours. */
        MARGIN("margin"),
        /** The first coordinates. */
        TRUNCATE("truncate"),
        /** Gaussian random projection. */
        RANDOM("random"),
        /** Principal components scaled to equal variance, with shrinkage. */
        WHITEN("whiten"),
        /** Removal of the mean and of the strongest directions (arXiv 1702.01417). */
        ABTT("abtt"),
        /** A random rotation. */
        ROTATE("rotate");

        private final String id;

        Method(String id) {
            this.id = id;
        }

        /** The name used in pipelines. */
        public String id() {
            return id;
        }

        /** Whether it trains for as long as a budget says. */
        public boolean descends() {
            return switch (this) {
                case DISTILL, TLDR, LEANVEC, AUTOENCODER -> true;
                default -> false;
            };
        }
    }

    public TransformSpec {
        prefixes = List.copyOf(prefixes);
        if (method == Method.ROTATE ? dims != 0 : dims < 1) {
            throw new EngineException.InvalidArgument("pipeline", "dims of at least 1", String.valueOf(dims));
        }
        if (method != Method.DISTILL && !prefixes.isEmpty()) {
            throw new EngineException.InvalidArgument(
                    "pipeline", "one number for " + method.id(), method.id() + ":" + dims + ":" + prefixes.getFirst());
        }
        if (!method.descends() && !budget.equals(TrainingBudget.DEFAULT)) {
            throw new EngineException.InvalidArgument("pipeline", "no budget for " + method.id(), "@" + budget);
        }
        for (int prefix : prefixes) {
            if (prefix < 1 || prefix >= dims) {
                throw new EngineException.InvalidArgument(
                        "pipeline", "prefixes of 1 to " + (dims - 1) + " dims", String.valueOf(prefix));
            }
        }
    }

    /** With the default budget. */
    public TransformSpec(Method method, int dims) {
        this(method, dims, List.of(), TrainingBudget.DEFAULT);
    }

    /**
     * Reads a step.
     *
     * @throws EngineException.InvalidArgument naming what cannot be read
     */
    public static TransformSpec parse(String text) {
        int at = text.indexOf('@');
        String[] parts = (at < 0 ? text : text.substring(0, at)).split(":", -1);
        TrainingBudget budget = at < 0 ? TrainingBudget.DEFAULT : TrainingBudget.parse(text.substring(at + 1));
        for (Method method : Method.values()) {
            if (method.id().equals(parts[0])) {
                if (method == Method.ROTATE && parts.length == 1) {
                    return new TransformSpec(method, 0, List.of(), budget);
                }
                List<Integer> numbers = numbers(parts, text);
                return new TransformSpec(method, numbers.getFirst(), numbers.subList(1, numbers.size()), budget);
            }
        }
        String known = Arrays.stream(Method.values())
                .map(method -> method == Method.ROTATE ? method.id() : method.id() + ":dims")
                .collect(Collectors.joining(", "));
        throw new EngineException.InvalidArgument("pipeline", "a transform out of none, " + known, text);
    }

    private static List<Integer> numbers(String[] parts, String text) {
        try {
            if (parts.length > 1) {
                return Arrays.stream(parts).skip(1).map(Integer::valueOf).toList();
            }
        } catch (NumberFormatException e) {
            throw new EngineException.InvalidArgument("pipeline", "transform:dims with a whole number", text);
        }
        throw new EngineException.InvalidArgument("pipeline", "transform:dims with a whole number", text);
    }

    /**
     * Dimensions after it.
     *
     * @throws EngineException.InvalidArgument if it asks for more dimensions than it is given
     */
    public int outputDimension(int dimension) {
        int most = method == Method.ABTT ? dimension - 1 : dimension;
        if (dims > most) {
            throw new EngineException.InvalidArgument(
                    "pipeline", method.id() + " dims of at most " + most, String.valueOf(dims));
        }
        return method == Method.ROTATE || method == Method.ABTT ? dimension : dims;
    }

    @Override
    public String toString() {
        String numbers = prefixes.stream().map(prefix -> ":" + prefix).collect(Collectors.joining());
        return method.id()
                + (method == Method.ROTATE ? "" : ":" + dims)
                + numbers
                + (budget.equals(TrainingBudget.DEFAULT) ? "" : "@" + budget);
    }
}
