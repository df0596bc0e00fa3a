package io.vecino.model;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The code of a {@link Pipeline}: how a (reduced) vector is stored. */
public enum QuantizerSpec {
    /** IEEE binary32. */
    F32("f32"),
    /** IEEE binary16. */
    F16("f16"),
    /** Signed 8-bit integers with scale and offset per vector (LVQ, arXiv 2304.04759). */
    INT8("int8");

    private final String id;

    QuantizerSpec(String id) {
        this.id = id;
    }

    /** The name used in pipelines. */
    public String id() {
        return id;
    }

    static QuantizerSpec parse(String text) {
        for (QuantizerSpec spec : values()) {
            if (spec.id.equals(text)) {
                return spec;
            }
        }
        String known = Arrays.stream(values()).map(QuantizerSpec::id).collect(Collectors.joining(", "));
        throw new EngineException.InvalidArgument("pipeline", "a quantizer out of " + known, text);
    }

    @Override
    public String toString() {
        return id;
    }
}
