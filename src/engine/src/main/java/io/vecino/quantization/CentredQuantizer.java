package io.vecino.quantization;

import io.vecino.kernels.Kernel;
import io.vecino.model.QuantizerSpec;
import io.vecino.storage.Scratch;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Codes of residuals: x ≈ c + Rᵀ(scale · (value(level) + zero)) with a centre c, an optional rotation R and levels of a
 * {@link Grid}. With r = x − c, and r̂ what the code says of it, a bias per vector makes
 * <ul>
 *   <li>inner product: ⟨q,c⟩ + ⟨q,r̂⟩ + bias with bias = ⟨c, r − r̂⟩, so that only ⟨q − c, r⟩ is estimated;
 *   <li>L2: −|q−c|² + 2⟨q,r̂⟩ + bias with bias = −2⟨c,r̂⟩ − |r|².
 * </ul>
 */
final class CentredQuantizer implements Quantizer {
    private static final int BLOCK = 256;
    private static final int LARGEST_COARSE = 127;

    private final QuantizerSpec spec;
    private final int dimension;
    private final Similarity similarity;
    private final Grid grid;
    private final @Nullable Rotation rotation;
    private final Centres centres;
    private final HalfUnit scales;
    private final HalfUnit biases;
    private final float sine;
    private final CodeLayout layout;

    /** @param sine of the angle between a residual and its code, root mean square over the training rows */
    CentredQuantizer(
            QuantizerSpec spec,
            int dimension,
            Similarity similarity,
            Grid grid,
            @Nullable Rotation rotation,
            Centres centres,
            HalfUnit scales,
            HalfUnit biases,
            float sine) {
        this.spec = spec;
        this.dimension = dimension;
        this.similarity = similarity;
        this.grid = grid;
        this.rotation = rotation;
        this.centres = centres;
        this.scales = scales;
        this.biases = biases;
        this.sine = sine;
        int levelBytes = Math.toIntExact(grid.kernel().rowBytes(dimension));
        this.layout = new CodeLayout(grid.zeroPerVector(), centres.count() > 1, levelBytes);
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public int bytesPerVector() {
        return layout.bytes();
    }

    @Override
    public Similarity similarity() {
        return similarity;
    }

    Grid grid() {
        return grid;
    }

    Centres centres() {
        return centres;
    }

    CodeLayout layout() {
        return layout;
    }

    HalfUnit scales() {
        return scales;
    }

    HalfUnit biases() {
        return biases;
    }

    private float scale(MemorySegment codes, long at) {
        return scales.decode(layout.scale(codes, at));
    }

    private float zero(MemorySegment codes, long at) {
        return grid.zeroPerVector() ? layout.zero(codes, at) : grid.zero();
    }

    /** Turns a residual or a query into the space of the levels, in place. */
    void rotate(float[] vector) {
        if (rotation != null) {
            rotation.apply(vector);
        }
    }

    @Override
    public void encode(MemorySegment rows, int count, MemorySegment codes) {
        long rowBytes = (long) dimension * Float.BYTES;
        ResidualFit fit = new ResidualFit(this, scales);
        try (Scratch scratch = new Scratch()) {
            MemorySegment levels = scratch.bytes((long) Math.min(BLOCK, count) * dimension);
            for (int first = 0; first < count; first += BLOCK) {
                int size = Math.min(BLOCK, count - first);
                MemorySegment block = rows.asSlice(first * rowBytes, size * rowBytes);
                long at = (long) first * bytesPerVector();
                try (Scratch distances = new Scratch()) {
                    int[] nearest = centres.nearest(block, size, distances);
                    for (int i = 0; i < size; i++) {
                        fit.fit(block, i, nearest[i]);
                        long code = at + (long) i * bytesPerVector();
                        layout.write(
                                codes,
                                code,
                                scales.encode(fit.scale()),
                                fit.zero(),
                                biases.encode(fit.bias()),
                                nearest[i]);
                        MemorySegment.copy(
                                fit.levels(), 0, levels, ValueLayout.JAVA_BYTE, (long) i * dimension, dimension);
                    }
                }
                grid.pack(
                        levels,
                        size,
                        dimension,
                        codes.asSlice(at, (long) size * bytesPerVector()),
                        bytesPerVector(),
                        layout.levelsAt());
            }
        }
    }

    @Override
    public void decode(MemorySegment codes, int count, MemorySegment rows) {
        try (Scratch scratch = new Scratch()) {
            MemorySegment levels = scratch.bytes((long) count * dimension);
            grid.unpack(codes, bytesPerVector(), layout.levelsAt(), count, dimension, levels);
            float[] row = new float[dimension];
            for (int i = 0; i < count; i++) {
                long at = (long) i * bytesPerVector();
                float scale = scale(codes, at);
                float zero = zero(codes, at);
                for (int j = 0; j < dimension; j++) {
                    int level = levels.get(ValueLayout.JAVA_BYTE, (long) i * dimension + j) & 0xFF;
                    row[j] = scale * (grid.value(level) + zero);
                }
                if (rotation != null) {
                    rotation.invert(row);
                }
                float[] centre = centres.get(layout.centre(codes, at));
                for (int j = 0; j < dimension; j++) {
                    row[j] += centre[j];
                }
                MemorySegment.copy(
                        row, 0, rows, ValueLayout.JAVA_FLOAT_UNALIGNED, (long) i * dimension * Float.BYTES, dimension);
            }
        }
    }

    @Override
    public QueryScorer scorer(MemorySegment queries, int queryCount, Scratch scratch) {
        return CentredScorer.exact(this, queries, queryCount, scratch);
    }

    @Override
    public CodeScan scan(MemorySegment queries, int queryCount, int mostCodes, Scratch scratch) {
        // One query is as fast in float32 over rows of 8 bits, which both wait for memory, and needs no second look.
        boolean wide = grid.top() > LARGEST_COARSE && queryCount == 1;
        if (grid.top() == 0 || wide || dimension > Kernel.LARGEST_QDOT_DIMENSION) {
            return Quantizer.super.scan(queries, queryCount, mostCodes, scratch);
        }
        long queryBytes = (long) dimension * Float.BYTES;
        return new CoarseScan(
                CentredScorer.bounds(this, queries, queryCount, scratch),
                q -> scorer(queries.asSlice(q * queryBytes, queryBytes), scratch),
                bytesPerVector(),
                queryCount,
                mostCodes,
                scratch);
    }

    /** The centre that a code is relative to; not to be changed. */
    float[] centre(MemorySegment code) {
        return centres.get(layout.centre(code, 0));
    }

    /**
     * How far the estimate of ⟨q − c, r⟩ may be off, as a multiple of |q − c|: the standard deviation over random rotations,
     * |r| · tan(angle of r and its code) / √(d − 1) (arXiv 2405.12497, theorem 3.2), with the angle typical of the training
     * rows. Errors beyond three deviations are rare.
     *
     * @param code of one vector
     */
    float deviation(MemorySegment code) {
        float[] row = new float[dimension];
        try (Scratch scratch = new Scratch()) {
            MemorySegment decoded = scratch.floats((long) dimension);
            decode(code, 1, decoded);
            MemorySegment.copy(decoded, ValueLayout.JAVA_FLOAT, 0, row, 0, dimension);
        }
        float[] centre = centre(code);
        double squares = 0;
        for (int j = 0; j < dimension; j++) {
            squares += Math.pow((double) row[j] - centre[j], 2);
        }
        // |r̂| = |r| / cos, hence |r| · tan = |r̂| · sin.
        return (float) (Math.sqrt(squares / Math.max(1, dimension - 1)) * sine);
    }

    @Override
    public byte[] toBytes() {
        ByteBuffer state = ByteBuffer.allocate(Long.BYTES + Float.BYTES + 2 * HalfUnit.BYTES + centres.byteSize())
                .order(ByteOrder.LITTLE_ENDIAN);
        state.putLong(rotation == null ? 0 : rotation.seed()).putFloat(sine);
        scales.write(state);
        biases.write(state);
        centres.write(state);
        return QuantizerBytes.write(spec, dimension, similarity, state.flip());
    }

    static CentredQuantizer read(
            QuantizerSpec spec, Grid grid, int dimension, Similarity similarity, ByteBuffer state) {
        if (state.remaining() < Long.BYTES + Float.BYTES + 2 * HalfUnit.BYTES + Integer.BYTES) {
            throw new IllegalArgumentException("trained quantizer " + spec + ": " + state.remaining() + " bytes");
        }
        long seed = state.getLong();
        float sine = state.getFloat();
        HalfUnit scales = HalfUnit.read(state);
        HalfUnit biases = HalfUnit.read(state);
        Centres centres = Centres.read(state, dimension);
        if (state.hasRemaining()) {
            throw new IllegalArgumentException(
                    "trained quantizer " + spec + ": " + state.remaining() + " bytes too many");
        }
        Rotation rotation = seed == 0 ? null : new Rotation(dimension, seed);
        return new CentredQuantizer(spec, dimension, similarity, grid, rotation, centres, scales, biases, sine);
    }
}
