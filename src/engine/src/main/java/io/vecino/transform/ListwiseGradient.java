package io.vecino.transform;

import io.vecino.kernels.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of the listwise distillation loss: the mean over anchors a of KL(p ‖ q), where p is the softmax over pool rows
 * of the full similarities of a, and q that of the similarities of the images; a itself is left out of both. Anchors are
 * mapped by one matrix and pool rows by another, which may be the same. With several sizes, the loss is the weighted sum of
 * those of the leading coordinates.
 *
 * <p>The pool is worked on in blocks of {@value #BLOCK} rows that fit a core's cache; their partial results are summed in
 * order, so the bits do not depend on the number of threads.
 */
final class ListwiseGradient {
    static final int BLOCK = 256;

    private final Crew crew;
    private final Matrices matrices;
    private final Rows data;
    private final Comparison comparison;
    private final Kernel full;
    private final int d;
    private final int m;
    private final int[] sizes;
    private final float[] shares;
    private final int count;
    private final @Nullable FakeQuantizer quantizer;
    private final float[] centre;
    private final Block[] blocks;
    private final Desk[] desks;
    private final Anchors anchors;
    private final MemorySegment weights;
    private final MemorySegment anchorWeights;

    /** The same where images are compared as they are. */
    ListwiseGradient(
            Crew crew,
            Matrices matrices,
            Rows data,
            Similarity similarity,
            ReducedScore score,
            int[] sizes,
            float[] shares,
            int blocks,
            int anchors) {
        this(crew, matrices, data, similarity, score, sizes, shares, blocks, anchors, null);
    }

    /**
     * Takes memory for steps of one size.
     *
     * @param similarity of the full rows
     * @param score of the images: COSINE, IP or CENTRED_L2
     * @param sizes leading coordinates to be good at, ascending; the last is that of the map
     * @param shares of the sizes in the loss
     * @param blocks pool rows in units of {@value #BLOCK}
     * @param quantizer what pool rows are compared through, if anything; with one size only
     */
    ListwiseGradient(
            Crew crew,
            Matrices matrices,
            Rows data,
            Similarity similarity,
            ReducedScore score,
            int[] sizes,
            float[] shares,
            int blocks,
            int anchors,
            @Nullable FakeQuantizer quantizer) {
        this.crew = crew;
        this.matrices = matrices;
        this.data = data;
        this.comparison = new Comparison(score);
        this.full = similarity.kernel();
        this.d = data.dimension();
        this.sizes = sizes;
        this.shares = shares;
        this.m = sizes[sizes.length - 1];
        this.count = anchors;
        this.quantizer = quantizer;
        this.centre = new float[m];
        this.blocks = IntStream.range(0, blocks).mapToObj(Block::new).toArray(Block[]::new);
        this.desks =
                IntStream.range(0, crew.threads()).mapToObj(_ -> new Desk()).toArray(Desk[]::new);
        this.anchors = new Anchors();
        this.weights = matrices.floats((long) m * d);
        this.anchorWeights = matrices.floats((long) m * d);
    }

    /**
     * The rows of one step.
     *
     * @param pool ordinals of distinct rows
     * @param source of the anchors
     * @param anchors ordinals in {@code source}
     * @param positions of the anchors in the pool, −1 where one is not in it
     * @param scales inverse temperature of each anchor's full similarities
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, right away
    record Draw(int[] pool, Rows source, int[] anchors, int[] positions, float[] scales) {}

    /** A block of the pool: what is kept of it between the phases of a step. */
    private final class Block {
        final int number;
        final MemorySegment rows = matrices.floats((long) BLOCK * d);
        final MemorySegment rowsTransposed = matrices.floats((long) BLOCK * d);
        final MemorySegment[] images = IntStream.of(sizes)
                .mapToObj(size -> matrices.floats((long) BLOCK * size))
                .toArray(MemorySegment[]::new);
        final float[][] norms = new float[sizes.length][BLOCK];
        /** What the quantizer leaves of the images. */
        final MemorySegment codes = quantizer == null ? images[0] : matrices.floats((long) BLOCK * m);

        final float[] mean = new float[m];
        final Softmax teacher = new Softmax(count);
        final Softmax[] students =
                IntStream.of(sizes).mapToObj(_ -> new Softmax(count)).toArray(Softmax[]::new);
        final float[] weightGradient = new float[m * d];
        final float[][] anchorGradients =
                IntStream.of(sizes).mapToObj(size -> new float[count * size]).toArray(float[][]::new);

        Block(int number) {
            this.number = number;
        }
    }

    /** Exponentials of scaled similarities, anchors × BLOCK, less each row's maximum, with the rows' maxima and sums. */
    private static final class Softmax {
        final float[] values;
        final float[] maxima;
        final float[] sums;
        /** What turns exponentials into the pool's probabilities, times the scale of the gradient. */
        final float[] factors;

        Softmax(int anchorCount) {
            values = new float[anchorCount * BLOCK];
            maxima = new float[anchorCount];
            sums = new float[anchorCount];
            factors = new float[anchorCount];
        }
    }

    /** The anchors' rows and images. */
    private final class Anchors {
        final MemorySegment rows = matrices.floats((long) count * d);
        final MemorySegment rowsTransposed = matrices.floats((long) count * d);
        final MemorySegment raw = matrices.floats((long) count * m);
        final MemorySegment[] images = IntStream.of(sizes)
                .mapToObj(size -> matrices.floats((long) count * size))
                .toArray(MemorySegment[]::new);
        final float[][] norms = new float[sizes.length][count];
        final float[] gradient = new float[count * m];
    }

    /** A worker's scratch. */
    private final class Desk {
        final int most = Math.max(BLOCK, count);
        final int largest = Math.max(most * Math.max(Math.max(d, m), most), m * d);
        final float[] one = new float[largest];
        final float[] two = new float[largest];
        final float[] three = new float[largest];
        final float[] sum = new float[most * m];
        final MemorySegment first = matrices.floats(largest);
        final MemorySegment second = matrices.floats(largest);
        final MemorySegment third = matrices.floats(largest);
    }

    /**
     * One gradient where anchors are mapped as pool rows are.
     *
     * @param relativeScale inverse temperature of images in units of that of the full similarities
     */
    void compute(float[] w, Draw draw, float relativeScale, float[] gradient) {
        computePool(w, w, draw, relativeScale, gradient);
        addAnchors(gradient);
    }

    /**
     * One gradient.
     *
     * @param w maps pool rows, m × d
     * @param a maps anchors, m × d
     * @param gradient by {@code w}, m × d, written
     * @param anchorGradient by {@code a}, written
     */
    void compute(float[] w, float[] a, Draw draw, float relativeScale, float[] gradient, float[] anchorGradient) {
        computePool(w, a, draw, relativeScale, gradient);
        Arrays.fill(anchorGradient, 0);
        addAnchors(anchorGradient);
    }

    private void computePool(float[] w, float[] a, Draw draw, float relativeScale, float[] gradient) {
        Matrices.store(w, weights, m * d);
        Matrices.store(a, anchorWeights, m * d);
        takeAnchors(draw);
        crew.run(blocks.length, (worker, b) -> {
            image(desks[worker], blocks[b], draw.pool());
            compare(desks[worker], blocks[b], draw, relativeScale);
        });
        factors(draw.scales(), relativeScale);
        crew.run(blocks.length, (worker, b) -> pull(desks[worker], blocks[b]));
        if (quantizer != null) {
            centre();
        }
        crew.run(m, (_, row) -> {
            int from = row * d;
            Arrays.fill(gradient, from, from + d, 0);
            for (Block block : blocks) {
                for (int j = from; j < from + d; j++) {
                    gradient[j] += block.weightGradient[j];
                }
            }
        });
    }

    private void takeAnchors(Draw draw) {
        long bytes = (long) d * Float.BYTES;
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(draw.source().segment(), draw.anchors()[i] * bytes, anchors.rows, i * bytes, bytes);
        }
        Desk desk = desks[0];
        matrices.timesTransposed(anchors.rows, count, anchorWeights, m, d, anchors.raw);
        Matrices.load(anchors.raw, desk.one, count * m);
        split(desk, count, anchors.images, anchors.norms);
        Matrices.load(anchors.rows, desk.one, count * d);
        Matrices.transpose(desk.one, count, d, desk.two);
        Matrices.store(desk.two, anchors.rowsTransposed, count * d);
    }

    /** From images in {@code desk.one} to the compared form of each size. */
    private void split(Desk desk, int count, MemorySegment[] images, float[][] norms) {
        for (int s = 0; s < sizes.length; s++) {
            int size = sizes[s];
            float[] leading = size == m ? desk.one : desk.two;
            if (size < m) {
                for (int i = 0; i < count; i++) {
                    System.arraycopy(desk.one, i * m, leading, i * size, size);
                }
            }
            comparison.normalise(leading, count, size, norms[s]);
            Matrices.store(leading, images[s], count * size);
        }
    }

    private void image(Desk desk, Block block, int[] pool) {
        long bytes = (long) d * Float.BYTES;
        int first = block.number * BLOCK;
        for (int i = 0; i < BLOCK; i++) {
            MemorySegment.copy(data.segment(), pool[first + i] * bytes, block.rows, i * bytes, bytes);
        }
        Matrices.load(block.rows, desk.one, BLOCK * d);
        Matrices.transpose(desk.one, BLOCK, d, desk.two);
        Matrices.store(desk.two, block.rowsTransposed, BLOCK * d);
        matrices.timesTransposed(block.rows, BLOCK, weights, m, d, desk.first);
        Matrices.load(desk.first, desk.one, BLOCK * m);
        split(desk, BLOCK, block.images, block.norms);
        if (quantizer != null) {
            mean(desk.one, block.mean);
            quantizer.round(desk.one, BLOCK, m, centre);
            Matrices.store(desk.one, block.codes, BLOCK * m);
        }
    }

    private void mean(float[] images, float[] mean) {
        Arrays.fill(mean, 0);
        for (int i = 0; i < BLOCK; i++) {
            for (int j = 0; j < m; j++) {
                mean[j] += images[i * m + j] / BLOCK;
            }
        }
    }

    /** The mean of this step's images, which the next step's codes are relative to. */
    private void centre() {
        Arrays.fill(centre, 0);
        for (Block block : blocks) {
            for (int j = 0; j < m; j++) {
                centre[j] += block.mean[j] / blocks.length;
            }
        }
    }

    /** What pool rows are compared by. */
    private MemorySegment compared(Block block, int s) {
        return quantizer == null ? block.images[s] : block.codes;
    }

    private void compare(Desk desk, Block block, Draw draw, float relativeScale) {
        matrices.compare(full, anchors.rows, count, block.rows, BLOCK, d, desk.first);
        float teacherSign = full == Kernel.L2_F32 ? -1 : 1;
        exponentials(desk, block, block.teacher, draw, teacherSign, 1);
        for (int s = 0; s < sizes.length; s++) {
            matrices.compare(
                    comparison.kernel(), anchors.images[s], count, compared(block, s), BLOCK, sizes[s], desk.first);
            exponentials(desk, block, block.students[s], draw, comparison.sign(), relativeScale);
        }
    }

    private void exponentials(Desk desk, Block block, Softmax softmax, Draw draw, float sign, float scale) {
        Matrices.load(desk.first, softmax.values, count * BLOCK);
        int first = block.number * BLOCK;
        for (int i = 0; i < count; i++) {
            int at = draw.positions()[i] - first;
            if (at >= 0 && at < BLOCK) {
                softmax.values[i * BLOCK + at] = Float.NEGATIVE_INFINITY * sign;
            }
        }
        Exponentials.ofRows(softmax.values, count, BLOCK, draw.scales(), sign * scale, softmax.maxima, softmax.sums);
    }

    /** What turns exponentials into the pool's probabilities, times the scale of the gradient. */
    private void factors(float[] scales, float relativeScale) {
        double scale = (double) relativeScale / count;
        for (int a = 0; a < count; a++) {
            for (int s = 0; s < sizes.length; s++) {
                int size = s;
                setFactors(a, b -> blocks[b].students[size], scale * scales[a] * shares[s]);
            }
            setFactors(a, b -> blocks[b].teacher, scale * scales[a]);
        }
    }

    private void setFactors(int anchor, IntFunction<Softmax> of, double scale) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int b = 0; b < blocks.length; b++) {
            largest = Math.max(largest, of.apply(b).maxima[anchor]);
        }
        double sum = 0;
        for (int b = 0; b < blocks.length; b++) {
            sum += of.apply(b).sums[anchor] * Math.exp(of.apply(b).maxima[anchor] - largest);
        }
        for (int b = 0; b < blocks.length; b++) {
            of.apply(b).factors[anchor] = (float) (scale * Math.exp(of.apply(b).maxima[anchor] - largest) / sum);
        }
    }

    /** From probabilities to the gradient by the block's images, and from there by the weights. */
    private void pull(Desk desk, Block block) {
        Arrays.fill(desk.sum, 0, BLOCK * m, 0);
        for (int s = 0; s < sizes.length; s++) {
            pull(desk, block, s);
        }
        Matrices.transpose(desk.sum, BLOCK, m, desk.one);
        Matrices.store(desk.one, desk.second, BLOCK * m);
        matrices.timesTransposed(desk.second, m, block.rowsTransposed, d, BLOCK, desk.third);
        Matrices.load(desk.third, block.weightGradient, m * d);
    }

    private void pull(Desk desk, Block block, int s) {
        int size = sizes[s];
        float[] g = block.students[s].values;
        for (int i = 0; i < count; i++) {
            mix(
                    g,
                    block.teacher.values,
                    i * BLOCK,
                    (i + 1) * BLOCK,
                    block.students[s].factors[i],
                    shares[s] * block.teacher.factors[i]);
        }
        // By the anchors' images: G (anchors × block) · images.
        Matrices.store(g, desk.first, BLOCK * count);
        Matrices.load(compared(block, s), desk.one, BLOCK * size);
        Matrices.transpose(desk.one, BLOCK, size, desk.two);
        Matrices.store(desk.two, desk.second, BLOCK * size);
        matrices.timesTransposed(desk.first, count, desk.second, size, BLOCK, desk.third);
        Matrices.load(desk.third, block.anchorGradients[s], count * size);
        if (quantizer != null) {
            Matrices.load(block.images[s], desk.one, BLOCK * size);
        }
        // By the block's images: Gᵀ · anchors' images.
        Matrices.load(anchors.images[s], desk.two, count * size);
        Matrices.transpose(desk.two, count, size, desk.three);
        Matrices.store(desk.three, desk.third, count * size);
        Matrices.transpose(g, count, BLOCK, desk.two);
        Matrices.store(desk.two, desk.first, BLOCK * count);
        matrices.timesTransposed(desk.first, BLOCK, desk.third, size, count, desk.second);
        Matrices.load(desk.second, desk.two, BLOCK * size);
        float[] totals = comparison.isL2() ? columnSums(g, count, desk.three) : null;
        comparison.backward(desk.two, desk.one, BLOCK, size, block.norms[s], totals);
        for (int i = 0; i < BLOCK; i++) {
            for (int j = 0; j < size; j++) {
                desk.sum[i * m + j] += desk.two[i * size + j];
            }
        }
    }

    private static void mix(float[] g, float[] teacher, int from, int to, float studentFactor, float teacherFactor) {
        for (int j = from; j < to; j++) {
            g[j] = g[j] * studentFactor - teacher[j] * teacherFactor;
        }
    }

    private static float[] columnSums(float[] g, int count, float[] sums) {
        Arrays.fill(sums, 0, BLOCK, 0);
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < BLOCK; j++) {
                sums[j] += g[i * BLOCK + j];
            }
        }
        return sums;
    }

    private void addAnchors(float[] gradient) {
        Desk desk = desks[0];
        float[] sum = anchors.gradient;
        Arrays.fill(sum, 0);
        for (int s = 0; s < sizes.length; s++) {
            int size = sizes[s];
            Arrays.fill(desk.two, 0, count * size, 0);
            for (Block block : blocks) {
                for (int j = 0; j < count * size; j++) {
                    desk.two[j] += block.anchorGradients[s][j];
                }
            }
            Matrices.load(anchors.images[s], desk.one, count * size);
            // An anchor's weights sum to zero over the pool, so L2 needs no totals here.
            comparison.backward(desk.two, desk.one, count, size, anchors.norms[s], null);
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < size; j++) {
                    sum[i * m + j] += desk.two[i * size + j];
                }
            }
        }
        Matrices.transpose(sum, count, m, desk.one);
        Matrices.store(desk.one, desk.second, count * m);
        matrices.timesTransposed(desk.second, m, anchors.rowsTransposed, d, count, desk.third);
        Matrices.load(desk.third, desk.one, m * d);
        for (int j = 0; j < m * d; j++) {
            gradient[j] += desk.one[j];
        }
    }
}
