package io.vecino.model;

/** Which index a sealed segment gets: {@code flat}, or {@code faiss:<factory string>}. */
public sealed interface IndexSpec {
    /** Scans every code. */
    record Flat() implements IndexSpec {
        @Override
        public String toString() {
            return "flat";
        }
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
        throw new EngineException.InvalidArgument("index", "flat or faiss:<factory>", text);
    }
}
