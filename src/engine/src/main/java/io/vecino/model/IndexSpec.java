package io.vecino.model;

/**
 * Which index a sealed segment gets: {@code flat}, {@code graph}, or {@code faiss:<factory string>}. A graph's layout and
 * parameters may follow: {@code graph:lean,efConstruction=200,alpha=1.2}.
 */
public sealed interface IndexSpec {
    /** Scans every code. */
    record Flat() implements IndexSpec {
        @Override
        public String toString() {
            return "flat";
        }
    }

    /**
     * A proximity graph.
     *
     * @param layout of its vertices
     * @param efConstruction candidates for the neighbours of a point, 8 to 2,048
     * @param alpha a candidate goes if a chosen neighbour is alpha times closer to it, by squared distance; 1 to 4
     */
    record Graph(Layout layout, int efConstruction, float alpha) implements IndexSpec {
        /** The defaults. */
        public static final Graph DEFAULT = new Graph(Layout.FAST, 100, 1.1f);

        /** What a vertex holds. */
        public enum Layout {
            /** Its vector, and short codes of its neighbours. */
            FAST("fast"),
            /** A code of 4 bits per dimension; the best are scored again, by the pipeline's code if it is another. */
            LEAN("lean");

            private final String id;

            Layout(String id) {
                this.id = id;
            }
        }

        public Graph {
            if (efConstruction < 8 || efConstruction > 2048) {
                throw new EngineException.InvalidArgument(
                        "index, efConstruction", "8 to 2048", String.valueOf(efConstruction));
            }
            if (!(alpha >= 1 && alpha <= 4)) {
                throw new EngineException.InvalidArgument("index, alpha", "1 to 4", String.valueOf(alpha));
            }
        }

        /** Whether vertices of layout lean hold all the codes that the pipeline makes; others lie beside the graph. */
        public boolean holdsCodes(Pipeline pipeline) {
            return pipeline.quantizer().method() == QuantizerSpec.Method.INT4
                    && pipeline.refine()
                            .map(QuantizerSpec::method)
                            .filter(m -> m != QuantizerSpec.Method.F16 && m != QuantizerSpec.Method.F32)
                            .isEmpty();
        }

        static Graph parse(String text) {
            int efConstruction = DEFAULT.efConstruction;
            float alpha = DEFAULT.alpha;
            String[] parts = text.split(",", -1);
            Layout layout = switch (parts[0]) {
                case "graph", "graph:fast" -> Layout.FAST;
                case "graph:lean" -> Layout.LEAN;
                default -> throw unknown(text);
            };
            for (int i = 1; i < parts.length; i++) {
                String[] setting = parts[i].split("=", -1);
                try {
                    switch (setting.length == 2 ? setting[0] : "") {
                        case "efConstruction" -> efConstruction = Integer.parseInt(setting[1]);
                        case "alpha" -> alpha = Float.parseFloat(setting[1]);
                        default ->
                            throw new EngineException.InvalidArgument(
                                    "index", "efConstruction=<n> or alpha=<x>", parts[i]);
                    }
                } catch (NumberFormatException e) {
                    throw new EngineException.InvalidArgument("index, " + setting[0], "a number", setting[1]);
                }
            }
            return new Graph(layout, efConstruction, alpha);
        }

        @Override
        public String toString() {
            return "graph:" + layout.id
                    + (efConstruction == DEFAULT.efConstruction ? "" : ",efConstruction=" + efConstruction)
                    + (alpha == DEFAULT.alpha ? "" : ",alpha=" + alpha);
        }
    }

    /**
     * Fails if an index cannot hold what a pipeline makes.
     *
     * @throws EngineException.InvalidArgument naming the quantizer that it can
     */
    default void requireFits(Pipeline pipeline) {
        String expected = expected(pipeline);
        if (!expected.isEmpty()) {
            throw new EngineException.InvalidArgument("pipeline", expected, pipeline.toString());
        }
    }

    /** Whether an index can hold what a pipeline makes. */
    default boolean fits(Pipeline pipeline) {
        return expected(pipeline).isEmpty();
    }

    private String expected(Pipeline pipeline) {
        boolean plain = pipeline.refine().isEmpty();
        return switch (this) {
            case Flat _ -> "";
            case Faiss _ ->
                plain && pipeline.quantizer().equals(QuantizerSpec.F32)
                        ? ""
                        : "quantizer f32 without refine codes with a FAISS index, whose factory string names its own code";
            case Graph graph when graph.layout == Graph.Layout.LEAN -> "";
            case Graph _ ->
                plain
                                && (pipeline.quantizer().equals(QuantizerSpec.F32)
                                        || pipeline.quantizer().method() == QuantizerSpec.Method.F16)
                        ? ""
                        : "quantizer f32 or f16 without refine codes with graph:fast, whose vertices hold their vector;"
                                + " graph:lean takes any";
        };
    }

    /** @param factory a FAISS index_factory string, such as {@code IVF512,PQ48x4fs,RFlat} */
    record Faiss(String factory) implements IndexSpec {
        @Override
        public String toString() {
            return "faiss:" + factory;
        }
    }

    /**
     * Reads an index's name.
     *
     * @throws EngineException.InvalidArgument for an unknown one
     */
    static IndexSpec parse(String text) {
        if (text.equals("flat")) {
            return new Flat();
        }
        if (text.startsWith("faiss:") && text.length() > "faiss:".length()) {
            return new Faiss(text.substring("faiss:".length()));
        }
        if (text.startsWith("graph")) {
            return Graph.parse(text);
        }
        throw unknown(text);
    }

    private static EngineException.InvalidArgument unknown(String text) {
        return new EngineException.InvalidArgument("index", "flat, graph:fast, graph:lean or faiss:<factory>", text);
    }
}
