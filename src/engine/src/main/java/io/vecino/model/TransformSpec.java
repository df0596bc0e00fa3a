package io.vecino.model;

/**
 * One reduction step of a {@link Pipeline}.
 *
 * @param dims dimensions after it, at least 1
 */
public record TransformSpec(Method method, int dims) {
    /** The transforms this version knows. */
    public enum Method {
        /** Principal component analysis. */
        PCA("pca");

        private final String id;

        Method(String id) {
            this.id = id;
        }

        /** The name used in pipelines. */
        public String id() {
            return id;
        }
    }

    public TransformSpec {
        if (dims < 1) {
            throw new EngineException.InvalidArgument("pipeline", "dims of at least 1", String.valueOf(dims));
        }
    }

    @Override
    public String toString() {
        return method.id() + ":" + dims;
    }
}
