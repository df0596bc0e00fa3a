package io.vecino.transform;

import io.vecino.kernels.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of the listwise distillation loss: the mean over anchors a of KL(p ‖ q), where p is the softmax over a pool
 * of rows of the full similarities of a, and q that of the similarities of the images Wx; a itself is left out of both.
 *
 * <p>The pool is worked on in blocks of {@value #BLOCK} rows that fit a core's cache; their partial results are summed in
 * order, so the bits do not depend on the number of threads.
 */
final class ListwiseGradient {
    static final int BLOCK = 256;

    private final Crew crew;
    private final Matrices matrices;
    private final Rows data;
    private final ReducedScore score;
    private final Kernel full;
    private final int d;
    private final int m;
    private final int anchors;
    private final Block[] blocks;
    private final Desk[] desks;
    private final MemorySegment weights;
    private final MemorySegment anchorRows;
    private final MemorySegment anchorRowsTransposed;
    private final MemorySegment anchorImages;
    private final MemorySegment anchorImagesTransposed;
    private final float[] anchorNorms;
    private final float[][] teacherFactors;
    private final float[][] studentFactors;

    /** What is kept of a block between the phases of a step. */
    private final class Block {
        final MemorySegment rows = matrices.floats((long) BLOCK * d);
        final MemorySegment rowsTransposed = matrices.floats((long) BLOCK * d);
        final MemorySegment images = matrices.floats((long) BLOCK * m);
        final float[] norms = new float[BLOCK];
        final float[] teacher = new float[BLOCK * anchors];
        final float[] student = new float[BLOCK * anchors];
        final float[] teacherMax = new float[anchors];
        final float[] teacherSum = new float[anchors];
        final float[] studentMax = new float[anchors];
        final float[] studentSum = new float[anchors];
        final float[] weightGradient = new float[m * d];
        final float[] anchorGradient = new float[anchors * m];
    }

    /** A worker's scratch. */
    private final class Desk {
        final int largest = Math.max(BLOCK, anchors) * Math.max(Math.max(d, m), Math.max(BLOCK, anchors));
        final float[] one = new float[largest];
        final float[] two = new float[largest];
        final MemorySegment first = matrices.floats(largest);
        final MemorySegment second = matrices.floats(largest);
        final MemorySegment third = matrices.floats(Math.max(largest, (long) m * d));
    }

    /**
     * Takes memory for steps of one size.
     *
     * @param similarity of the full rows
     * @param score of the images: COSINE, IP or CENTRED_L2
     * @param poolBlocks pool rows in units of {@value #BLOCK}
     */
    ListwiseGradient(
            Crew crew,
            Matrices matrices,
            Rows data,
            Similarity similarity,
            ReducedScore score,
            int m,
            int anchors,
            int poolBlocks) {
        this.crew = crew;
        this.matrices = matrices;
        this.data = data;
        this.score = score;
        this.full = similarity.kernel();
        this.d = data.dimension();
        this.m = m;
        this.anchors = anchors;
        this.blocks = IntStream.range(0, poolBlocks).mapToObj(_ -> new Block()).toArray(Block[]::new);
        this.desks =
                IntStream.range(0, crew.threads()).mapToObj(_ -> new Desk()).toArray(Desk[]::new);
        this.weights = matrices.floats((long) m * d);
        this.anchorRows = matrices.floats((long) anchors * d);
        this.anchorRowsTransposed = matrices.floats((long) anchors * d);
        this.anchorImages = matrices.floats((long) anchors * m);
        this.anchorImagesTransposed = matrices.floats((long) anchors * m);
        this.anchorNorms = new float[anchors];
        this.teacherFactors = new float[poolBlocks][anchors];
        this.studentFactors = new float[poolBlocks][anchors];
    }

    /**
     * One gradient.
     *
     * @param w weights, of which the first m × d are used
     * @param pool ordinals of distinct rows, a whole number of blocks
     * @param positions where in the pool the anchors are
     * @param gradient m × d, written
     */
    void compute(float[] w, int[] pool, int[] positions, float teacherScale, float studentScale, float[] gradient) {
        Matrices.store(w, weights, m * d);
        crew.run(blocks.length, (worker, b) -> image(desks[worker], blocks[b], pool, b * BLOCK));
        gatherAnchors(pool, positions);
        crew.run(
                blocks.length,
                (worker, b) -> compare(desks[worker], blocks[b], positions, b * BLOCK, teacherScale, studentScale));
        factors(studentScale);
        crew.run(blocks.length, (worker, b) -> pull(desks[worker], blocks[b], teacherFactors[b], studentFactors[b]));
        crew.run(m, (_, row) -> {
            int from = row * d;
            Arrays.fill(gradient, from, from + d, 0);
            for (Block block : blocks) {
                for (int j = from; j < from + d; j++) {
                    gradient[j] += block.weightGradient[j];
                }
            }
        });
        addAnchors(gradient);
    }

    private void image(Desk desk, Block block, int[] pool, int first) {
        long bytes = (long) d * Float.BYTES;
        for (int i = 0; i < BLOCK; i++) {
            MemorySegment.copy(data.segment(), pool[first + i] * bytes, block.rows, i * bytes, bytes);
        }
        Matrices.load(block.rows, desk.one, BLOCK * d);
        Matrices.transpose(desk.one, BLOCK, d, desk.two);
        Matrices.store(desk.two, block.rowsTransposed, BLOCK * d);
        matrices.timesTransposed(block.rows, BLOCK, weights, m, d, block.images);
        if (score.unit()) {
            Matrices.load(block.images, desk.one, BLOCK * m);
            normalise(desk.one, BLOCK, block.norms);
            Matrices.store(desk.one, block.images, BLOCK * m);
        }
    }

    private void normalise(float[] rows, int count, float[] norms) {
        for (int i = 0; i < count; i++) {
            float sum = 0;
            for (int j = i * m; j < (i + 1) * m; j++) {
                sum += rows[j] * rows[j];
            }
            norms[i] = (float) Math.max(1e-12, Math.sqrt(sum));
            float scale = 1 / norms[i];
            for (int j = i * m; j < (i + 1) * m; j++) {
                rows[j] *= scale;
            }
        }
    }

    private void gatherAnchors(int[] pool, int[] positions) {
        long row = (long) d * Float.BYTES;
        long image = (long) m * Float.BYTES;
        for (int i = 0; i < anchors; i++) {
            Block block = blocks[positions[i] / BLOCK];
            int at = positions[i] % BLOCK;
            MemorySegment.copy(data.segment(), pool[positions[i]] * row, anchorRows, i * row, row);
            MemorySegment.copy(block.images, at * image, anchorImages, i * image, image);
            anchorNorms[i] = block.norms[at];
        }
        transpose(anchorRows, anchors, d, anchorRowsTransposed);
        transpose(anchorImages, anchors, m, anchorImagesTransposed);
    }

    private void transpose(MemorySegment from, int rows, int columns, MemorySegment to) {
        Desk desk = desks[0];
        Matrices.load(from, desk.one, rows * columns);
        Matrices.transpose(desk.one, rows, columns, desk.two);
        Matrices.store(desk.two, to, rows * columns);
    }

    private void compare(Desk desk, Block block, int[] positions, int first, float teacherScale, float studentScale) {
        int size = BLOCK * anchors;
        matrices.compare(full, anchorRows, anchors, block.rows, BLOCK, d, desk.first);
        Matrices.load(desk.first, block.teacher, size);
        Kernel reduced = score.similarity() == Similarity.L2 ? Kernel.L2_F32 : Kernel.DOT_F32;
        matrices.compare(reduced, anchorImages, anchors, block.images, BLOCK, m, desk.first);
        Matrices.load(desk.first, block.student, size);
        float teacherSign = full == Kernel.L2_F32 ? -1 : 1;
        float studentSign = score.similarity() == Similarity.L2 ? -1 : 1;
        for (int i = 0; i < anchors; i++) {
            int at = positions[i] - first;
            if (at >= 0 && at < BLOCK) {
                block.teacher[i * BLOCK + at] = Float.NEGATIVE_INFINITY * teacherSign;
                block.student[i * BLOCK + at] = Float.NEGATIVE_INFINITY * studentSign;
            }
        }
        Exponentials.ofRows(
                block.teacher, anchors, BLOCK, teacherSign * teacherScale, block.teacherMax, block.teacherSum);
        Exponentials.ofRows(
                block.student, anchors, BLOCK, studentSign * studentScale, block.studentMax, block.studentSum);
    }

    /** What turns a block's exponentials into probabilities over the whole pool, times the scale of the gradient. */
    private void factors(float studentScale) {
        for (int a = 0; a < anchors; a++) {
            float teacherMax = Float.NEGATIVE_INFINITY;
            float studentMax = Float.NEGATIVE_INFINITY;
            for (Block block : blocks) {
                teacherMax = Math.max(teacherMax, block.teacherMax[a]);
                studentMax = Math.max(studentMax, block.studentMax[a]);
            }
            double teacherSum = 0;
            double studentSum = 0;
            for (Block block : blocks) {
                teacherSum += block.teacherSum[a] * Math.exp(block.teacherMax[a] - teacherMax);
                studentSum += block.studentSum[a] * Math.exp(block.studentMax[a] - studentMax);
            }
            double scale = studentScale / anchors;
            for (int b = 0; b < blocks.length; b++) {
                teacherFactors[b][a] = (float) (scale * Math.exp(blocks[b].teacherMax[a] - teacherMax) / teacherSum);
                studentFactors[b][a] = (float) (scale * Math.exp(blocks[b].studentMax[a] - studentMax) / studentSum);
            }
        }
    }

    /** From probabilities to the gradient by the block's images, and from there by the weights. */
    private void pull(Desk desk, Block block, float[] teacherFactor, float[] studentFactor) {
        float[] g = block.student;
        for (int a = 0; a < anchors; a++) {
            mix(g, block.teacher, a * BLOCK, (a + 1) * BLOCK, studentFactor[a], teacherFactor[a]);
        }
        // By the anchors' images: G (anchors × block) · images.
        Matrices.store(g, desk.first, BLOCK * anchors);
        Matrices.load(block.images, desk.one, BLOCK * m);
        Matrices.transpose(desk.one, BLOCK, m, desk.two);
        Matrices.store(desk.two, desk.second, BLOCK * m);
        matrices.timesTransposed(desk.first, anchors, desk.second, m, BLOCK, desk.third);
        Matrices.load(desk.third, block.anchorGradient, anchors * m);
        // By the block's images: Gᵀ · anchors' images.
        Matrices.transpose(g, anchors, BLOCK, desk.two);
        Matrices.store(desk.two, desk.first, BLOCK * anchors);
        matrices.timesTransposed(desk.first, BLOCK, anchorImagesTransposed, m, anchors, desk.second);
        Matrices.load(desk.second, desk.two, BLOCK * m);
        throughComparison(desk.two, desk.one, BLOCK, block.norms, score.similarity() == Similarity.L2 ? g : null);
        Matrices.transpose(desk.two, BLOCK, m, desk.one);
        Matrices.store(desk.one, desk.second, BLOCK * m);
        matrices.timesTransposed(desk.second, m, block.rowsTransposed, d, BLOCK, desk.third);
        Matrices.load(desk.third, block.weightGradient, m * d);
    }

    private static void mix(float[] g, float[] teacher, int from, int to, float studentFactor, float teacherFactor) {
        for (int j = from; j < to; j++) {
            g[j] = g[j] * studentFactor - teacher[j] * teacherFactor;
        }
    }

    /** From the gradient by normalised (cosine) or compared (L2) images to the one by Wx, in place. */
    private void throughComparison(float[] gradient, float[] image, int count, float[] norms, float @Nullable [] g) {
        for (int i = 0; i < count; i++) {
            int from = i * m;
            if (score.unit()) {
                float along = 0;
                for (int j = from; j < from + m; j++) {
                    along += gradient[j] * image[j];
                }
                float scale = 1 / norms[i];
                for (int j = from; j < from + m; j++) {
                    gradient[j] = (gradient[j] - along * image[j]) * scale;
                }
            } else if (score.similarity() == Similarity.L2) {
                float total = 0;
                if (g != null) {
                    for (int a = 0; a < anchors; a++) {
                        total += g[a * BLOCK + i];
                    }
                }
                for (int j = from; j < from + m; j++) {
                    gradient[j] = 2 * (gradient[j] - total * image[j]);
                }
            }
        }
    }

    private void addAnchors(float[] gradient) {
        Desk desk = desks[0];
        Arrays.fill(desk.two, 0, anchors * m, 0);
        for (Block block : blocks) {
            for (int j = 0; j < anchors * m; j++) {
                desk.two[j] += block.anchorGradient[j];
            }
        }
        Matrices.load(anchorImages, desk.one, anchors * m);
        throughComparison(desk.two, desk.one, anchors, anchorNorms, null);
        Matrices.transpose(desk.two, anchors, m, desk.one);
        Matrices.store(desk.one, desk.second, anchors * m);
        matrices.timesTransposed(desk.second, m, anchorRowsTransposed, d, anchors, desk.third);
        Matrices.load(desk.third, desk.one, m * d);
        for (int j = 0; j < m * d; j++) {
            gradient[j] += desk.one[j];
        }
    }
}
