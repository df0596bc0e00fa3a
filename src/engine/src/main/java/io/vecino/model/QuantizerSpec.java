package io.vecino.model;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The code of a {@link Pipeline}: how a (reduced) vector is stored. Written {@code int8},
 * {@code rabitq:4}, {@code pq:48x8}, {@code opq:48x8} or {@code tcq:48}.
 *
 * @param size sub-quantizers for {@link Method#PQ} and {@link Method#OPQ}, bytes of a code for {@link Method#TCQ}, else 0
 * @param bits per dimension for {@link Method#RABITQ} (1 to 8), per sub-quantizer for product quantizers (4 or 8), else 0
 */
public record QuantizerSpec(Method method, int size, int bits) {
    /** IEEE binary32, the code that loses nothing. */
    public static final QuantizerSpec F32 = new QuantizerSpec(Method.F32, 0, 0);

    private static final Pattern RABITQ = Pattern.compile("rabitq:([1-8])");
    private static final Pattern TCQ = Pattern.compile("tcq:(\\d{1,4})");
    private static final int FEWEST_TCQ_BYTES = 8;
    private static final int MOST_TCQ_BYTES = 4096;
    private static final int TCQ_CONSTANTS = 7;
    private static final int MOST_TCQ_DIMENSIONS = 2048;
    private static final Pattern PQ = Pattern.compile("(o?pq):(\\d{1,4})x([48])");

    /** The codes this version knows. */
    public enum Method {
        /** IEEE binary32. */
        F32("f32"),
        /** IEEE binary16. */
        F16("f16"),
        /** The upper half of IEEE binary32. */
        BF16("bf16"),
        /** OCP 8-bit float, 4 exponent bits (OCP OFP8 1.0), scaled per vector. */
        FP8E4M3("fp8e4m3"),
        /** OCP 8-bit float, 5 exponent bits, scaled per vector. */
        FP8E5M2("fp8e5m2"),
        /** 8-bit integers with scale and offset per vector (LVQ, arXiv 2304.04759). */
        INT8("int8"),
        /** The same with 6 bits. */
        INT6("int6"),
        /** The same with 4 bits. */
        INT4("int4"),
        /** Signs of the centred vector. */
        BINARY("binary"),
        /** Two bits per dimension of the centred vector. */
        BINARY2("binary2"),
        /** Randomly rotated codes of 1 to 8 bits with an unbiased estimator (arXiv 2405.12497, 2409.09913). */
        RABITQ("rabitq"),
        /** Product quantization with codebooks trained by FAISS (Jégou, Douze, Schmid 2011). */
        PQ("pq"),
        /** The same behind a rotation that FAISS trains for it (Ge, He, Ke, Sun 2013). */
        OPQ("opq"),
        /** Trellis coded quantization of residuals along their principal axes (Marcellin and Fischer 1990). */
        TCQ("tcq");

        private final String id;

        Method(String id) {
            this.id = id;
        }

        private boolean bare() {
            return switch (this) {
                case RABITQ, PQ, OPQ, TCQ -> false;
                default -> true;
            };
        }

        /** The name used in pipelines, before any colon. */
        public String id() {
            return id;
        }
    }

    public QuantizerSpec {
        boolean fits = switch (method) {
            case RABITQ -> size == 0 && bits >= 1 && bits <= 8;
            case PQ, OPQ -> size >= 1 && (bits == 4 || bits == 8);
            case TCQ -> size >= FEWEST_TCQ_BYTES && size <= MOST_TCQ_BYTES && bits == 0;
            default -> size == 0 && bits == 0;
        };
        if (!fits) {
            throw new EngineException.InvalidArgument(
                    "pipeline",
                    switch (method) {
                        case RABITQ -> "rabitq:1 to rabitq:8";
                        case PQ, OPQ -> method.id() + ":Mx4 or " + method.id() + ":Mx8 with M of at least 1";
                        case TCQ -> "tcq:" + FEWEST_TCQ_BYTES + " to tcq:" + MOST_TCQ_BYTES;
                        default -> method.id() + " without arguments";
                    },
                    method == Method.TCQ ? size + " bytes" : size + " sub-quantizers, " + bits + " bits");
        }
    }

    /** Whether it must see rows before it can encode any. */
    public boolean learns() {
        return switch (method) {
            case F32, F16, BF16 -> false;
            default -> true;
        };
    }

    /** Parts of a vector of {@link Method#PQ} and {@link Method#OPQ}. */
    public int subquantizers() {
        return product() ? size : 0;
    }

    /** Whether a code is the numbers of centroids, one for each part of a vector. */
    public boolean product() {
        return method == Method.PQ || method == Method.OPQ;
    }

    /** A method without arguments. */
    public static QuantizerSpec of(Method method) {
        return new QuantizerSpec(method, 0, 0);
    }

    /** The given number of bits per dimension, 1 to 8. */
    public static QuantizerSpec rabitq(int bits) {
        return new QuantizerSpec(Method.RABITQ, 0, bits);
    }

    /**
     * Checks that vectors of a dimension can be encoded.
     *
     * @throws EngineException.InvalidArgument if sub-quantizers do not divide it, or a code has more bytes than it has use for
     */
    public void requireDimension(int dimension) {
        if (product() && dimension % size != 0) {
            throw new EngineException.InvalidArgument(
                    "pipeline", "a dimension divisible by " + size + " for " + this, dimension + " dimensions");
        }
        if (method == Method.TCQ && (size > TCQ_CONSTANTS + dimension || dimension > MOST_TCQ_DIMENSIONS)) {
            throw new EngineException.InvalidArgument(
                    "pipeline",
                    Math.max(1, size - TCQ_CONSTANTS) + " to " + MOST_TCQ_DIMENSIONS + " dimensions for " + this,
                    dimension + " dimensions");
        }
    }

    /**
     * Reads a quantizer.
     *
     * @throws EngineException.InvalidArgument listing the known ones
     */
    public static QuantizerSpec parse(String text) {
        Matcher rabitq = RABITQ.matcher(text);
        if (rabitq.matches()) {
            return rabitq(Integer.parseInt(rabitq.group(1)));
        }
        Matcher tcq = TCQ.matcher(text);
        if (tcq.matches()) {
            return new QuantizerSpec(Method.TCQ, Integer.parseInt(tcq.group(1)), 0);
        }
        Matcher pq = PQ.matcher(text);
        if (pq.matches()) {
            Method method = pq.group(1).equals(Method.PQ.id) ? Method.PQ : Method.OPQ;
            return new QuantizerSpec(method, Integer.parseInt(pq.group(2)), Integer.parseInt(pq.group(3)));
        }
        for (Method method : Method.values()) {
            if (method.bare() && method.id.equals(text)) {
                return of(method);
            }
        }
        throw new EngineException.InvalidArgument("pipeline", "a quantizer out of " + known(), text);
    }

    private static String known() {
        return Arrays.stream(Method.values())
                .map(method -> switch (method) {
                    case RABITQ -> "rabitq:1 to rabitq:8";
                    case PQ, OPQ -> method.id() + ":Mx4, " + method.id() + ":Mx8";
                    case TCQ -> "tcq:BYTES";
                    default -> method.id();
                })
                .collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return switch (method) {
            case RABITQ -> method.id() + ":" + bits;
            case PQ, OPQ -> method.id() + ":" + size + "x" + bits;
            case TCQ -> method.id() + ":" + size;
            default -> method.id();
        };
    }
}
