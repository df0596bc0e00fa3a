package io.vecino.model;

import java.util.ArrayList;
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
                transforms.add(TransformSpec.parse(part));
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

    /** Whether any part of it must see rows before it can encode any. */
    public boolean learns() {
        return !transforms.isEmpty()
                || quantizer.learns()
                || refine.filter(QuantizerSpec::learns).isPresent();
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
            current = spec.outputDimension(current);
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
