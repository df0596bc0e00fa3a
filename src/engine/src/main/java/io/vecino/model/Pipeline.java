package io.vecino.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a vector becomes a code: transforms in order, then a quantizer. Written {@code pca:192/int8}; no transform is
 * {@code none/f32}. {@code →} is read like {@code /}. {@code none/rabitq:1+refine:f16} keeps a second, finer code of the
 * original vector beside the first, to rescore candidates with.
 */
public record Pipeline(List<TransformSpec> transforms, QuantizerSpec quantizer, Optional<QuantizerSpec> refine) {
    /** Originals as they are: the only pipeline that loses nothing. */
    public static final Pipeline NONE = new Pipeline(List.of(), QuantizerSpec.F32);

    private static final String REFINE = "+refine:";

    public Pipeline {
        transforms = List.copyOf(transforms);
        if (transforms.size() > 1) {
            throw new EngineException.InvalidArgument(
                    "pipeline", "at most one transform", String.valueOf(transforms.size()));
        }
    }

    /** Without refine codes. */
    public Pipeline(List<TransformSpec> transforms, QuantizerSpec quantizer) {
        this(transforms, quantizer, Optional.empty());
    }

    /**
     * Reads a pipeline.
     *
     * @throws EngineException.InvalidArgument naming the part that cannot be read
     */
    public static Pipeline parse(String text) {
        String[] halves = text.replace('→', '/').split("/", -1);
        if (halves.length != 2) {
            throw new EngineException.InvalidArgument(
                    "pipeline", "transform[:dims]/quantizer[+refine:quantizer]", text);
        }
        List<TransformSpec> transforms = new ArrayList<>();
        if (!halves[0].equals("none")) {
            for (String part : halves[0].split("\\+", -1)) {
                transforms.add(transform(part));
            }
        }
        int refine = halves[1].indexOf(REFINE);
        return new Pipeline(
                transforms,
                QuantizerSpec.parse(refine < 0 ? halves[1] : halves[1].substring(0, refine)),
                refine < 0
                        ? Optional.empty()
                        : Optional.of(QuantizerSpec.parse(halves[1].substring(refine + REFINE.length()))));
    }

    private static TransformSpec transform(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        for (TransformSpec.Method method : TransformSpec.Method.values()) {
            if (method.id().equals(name)) {
                return new TransformSpec(method, dims(text, colon));
            }
        }
        String known = Arrays.stream(TransformSpec.Method.values())
                .map(method -> method.id() + ":dims")
                .collect(Collectors.joining(", "));
        throw new EngineException.InvalidArgument("pipeline", "a transform out of none, " + known, text);
    }

    private static int dims(String text, int colon) {
        try {
            return Integer.parseInt(colon < 0 ? "" : text.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw new EngineException.InvalidArgument("pipeline", "transform:dims with a whole number", text);
        }
    }

    /** Whether codes are the original vectors, bit for bit. */
    public boolean lossless() {
        return transforms.isEmpty() && quantizer.equals(QuantizerSpec.F32);
    }

    /**
     * Dimensions after the transforms.
     *
     * @throws EngineException.InvalidArgument if a transform asks for more dimensions than it is given, or a
     *     quantizer cannot encode what it is given
     */
    public int outputDimension(int dimension) {
        int current = dimension;
        for (TransformSpec spec : transforms) {
            if (spec.dims() > current) {
                throw new EngineException.InvalidArgument(
                        "pipeline", spec.method().id() + " dims of at most " + current, String.valueOf(spec.dims()));
            }
            current = spec.dims();
        }
        quantizer.requireDimension(current);
        refine.ifPresent(spec -> spec.requireDimension(dimension));
        return current;
    }

    @Override
    public String toString() {
        String reduction = transforms.isEmpty()
                ? "none"
                : transforms.stream().map(TransformSpec::toString).collect(Collectors.joining("+"));
        return reduction + "/" + quantizer + refine.map(spec -> REFINE + spec).orElse("");
    }
}
