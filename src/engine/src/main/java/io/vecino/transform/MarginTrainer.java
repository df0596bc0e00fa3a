package io.vecino.transform;

import io.vecino.selection.TopK;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The margin that MPAD (arXiv 2504.16335) is after, taken between true neighbours and the rest. For triples of a row, one of
 * its ten nearest and one of its next hundred or of all, the margin is the squared distance of the far pair less that of the
 * near pair. Orthogonal directions are added a few at a time; each few are the eigenvectors with the largest mean gain over
 * the half of the triples with the smallest margins so far. What is trained is measured on held-out rows and PCA given back
 * where it keeps as many neighbours; the origin says so.
 */
public final class MarginTrainer implements TransformTrainer {
    private static final long SEED = 0x3A26;
    private static final int ANCHORS = 2000;
    private static final int TRIPLES = 8;
    private static final int NEAR = 10;
    private static final int FAR = 110;
    private static final int ROUNDS = 16;
    private static final double SHARE = 0.5;

    private final int dims;

    public MarginTrainer(int dims) {
        this.dims = dims;
    }

    @Override
    public LinearTransform train(Rows sample, Similarity similarity) {
        try (Crew crew = new Crew();
                Matrices matrices = new Matrices()) {
            TrainingRows rows = TrainingRows.of(sample, "margin", dims, matrices);
            HeldOut heldOut = new HeldOut(rows.heldOut(), rows.fitted(), similarity);
            LinearTransform pca = heldOut.best(
                    new PcaTrainer(dims).fit(rows.fitted(), crew, matrices), ReducedScore.ofProjection(similarity));
            float[] directions = new Greedy(rows.fitted(), similarity, new HeapProducts(crew, matrices)).directions();
            LinearTransform map = heldOut.best(
                    new LinearTransform(ReducedScore.CENTRED_L2, pca.mean(), directions, pca.spectrum(), ""),
                    ReducedScore.ofProjection(similarity));
            double recall = heldOut.recall(map);
            double pcaRecall = heldOut.recall(pca);
            String figures = "%.3f of held-out neighbours, pca %.3f".formatted(recall, pcaRecall);
            return recall > pcaRecall ? map.with("margin: " + figures) : pca.with("pca: margin keeps " + figures);
        }
    }

    /** The triples, and the directions so far. */
    private final class Greedy {
        private final Rows rows;
        private final int d;
        private final HeapProducts products;
        private final int count;
        private final float[] near;
        private final float[] far;
        private final double[] margins;

        Greedy(Rows rows, Similarity similarity, HeapProducts products) {
            this.rows = rows;
            this.d = rows.dimension();
            this.products = products;
            int anchors = Math.min(ANCHORS, rows.count());
            List<TopK.Hits> nearest = ExactNeighbours.of(
                    rows, MemorySegment.NULL, rows.slice(0, anchors), similarity, Math.min(FAR + 1, rows.count()));
            this.count = anchors * TRIPLES;
            this.near = new float[count * d];
            this.far = new float[count * d];
            this.margins = new double[count];
            SplittableRandom random = new SplittableRandom(SEED);
            for (int t = 0; t < count; t++) {
                int anchor = t / TRIPLES;
                int[] found = nearest.get(anchor).ordinals();
                int close = Math.min(NEAR, found.length - 1);
                int next = found[Math.min(found.length - 1, close + 1 + random.nextInt(FAR - NEAR))];
                difference(anchor, found[close == 0 ? 0 : 1 + random.nextInt(close)], near, t);
                difference(anchor, t % 2 == 0 ? next : random.nextInt(rows.count()), far, t);
            }
        }

        private void difference(int a, int b, float[] to, int at) {
            for (int j = 0; j < d; j++) {
                to[at * d + j] = rows.get(a, j) - rows.get(b, j);
            }
        }

        float[] directions() {
            float[] directions = new float[dims * d];
            int each = (dims + ROUNDS - 1) / ROUNDS;
            for (int k = 0; k < dims; k += each) {
                int added = Math.min(each, dims - k);
                double[] gain = withoutDirections(gain(), directions, k);
                float[] leading = Spectrum.ofSymmetric(gain, d).leading(added);
                System.arraycopy(leading, 0, directions, k * d, added * d);
                addMargins(leading, added);
            }
            return directions;
        }

        /** The mean of Δf Δfᵀ − Δn Δnᵀ over the triples with the smallest margins. */
        private double[] gain() {
            int selected = (int) Math.max(1, Math.round(SHARE * count));
            int[] order = IntStream.range(0, count)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer t) -> margins[t]))
                    .mapToInt(t -> t)
                    .limit(selected)
                    .toArray();
            float[] ofFar = secondMoment(far, order);
            float[] ofNear = secondMoment(near, order);
            double[] gain = new double[d * d];
            for (int i = 0; i < gain.length; i++) {
                gain[i] = ((double) ofFar[i] - ofNear[i]) / selected;
            }
            return gain;
        }

        private float[] secondMoment(float[] differences, int[] order) {
            float[] transposed = new float[d * order.length];
            for (int i = 0; i < order.length; i++) {
                for (int j = 0; j < d; j++) {
                    transposed[j * order.length + i] = differences[order[i] * d + j];
                }
            }
            float[] moment = new float[d * d];
            products.timesTransposed(transposed, d, transposed, d, order.length, moment);
            return moment;
        }

        /** (1 − WᵀW) G (1 − WᵀW), and far below all else along W. */
        private double[] withoutDirections(double[] gain, float[] directions, int k) {
            double trace = 0;
            for (int i = 0; i < d; i++) {
                trace += Math.abs(gain[i * d + i]);
            }
            double[] left = project(gain, directions, k);
            double[] turned = new double[d * d];
            for (int i = 0; i < d * d; i++) {
                turned[i] = left[i % d * d + i / d];
            }
            double[] both = project(turned, directions, k);
            for (int w = 0; w < k; w++) {
                for (int i = 0; i < d; i++) {
                    for (int j = 0; j < d; j++) {
                        both[i * d + j] -= 2 * trace * directions[w * d + i] * directions[w * d + j];
                    }
                }
            }
            return both;
        }

        private double[] project(double[] gain, float[] directions, int k) {
            double[] result = gain.clone();
            for (int w = 0; w < k; w++) {
                double[] along = new double[d];
                for (int i = 0; i < d; i++) {
                    for (int j = 0; j < d; j++) {
                        along[j] += directions[w * d + i] * gain[i * d + j];
                    }
                }
                for (int i = 0; i < d; i++) {
                    for (int j = 0; j < d; j++) {
                        result[i * d + j] -= directions[w * d + i] * along[j];
                    }
                }
            }
            return result;
        }

        private void addMargins(float[] leading, int added) {
            float[] ofFar = new float[count * added];
            float[] ofNear = new float[count * added];
            products.timesTransposed(far, count, leading, added, d, ofFar);
            products.timesTransposed(near, count, leading, added, d, ofNear);
            for (int i = 0; i < ofFar.length; i++) {
                margins[i / added] += (double) ofFar[i] * ofFar[i] - (double) ofNear[i] * ofNear[i];
            }
        }
    }
}
