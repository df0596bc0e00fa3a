package io.vecino.transform;

import io.vecino.kernels.Kernel;
import org.jspecify.annotations.Nullable;

/** How images are compared while they are trained, and the way back from a gradient by what is compared to one by Wx. */
record Comparison(ReducedScore score) {
    boolean isL2() {
        return score.similarity() == Similarity.L2;
    }

    Kernel kernel() {
        return score.similarity().kernel();
    }

    /** What turns the kernel's result into a score. */
    float sign() {
        return isL2() ? -1 : 1;
    }

    /** Scales images to unit length, in place, if that is how they are compared; writes the lengths they had. */
    void normalise(float[] images, int count, int m, float[] norms) {
        if (!score.unit()) {
            return;
        }
        for (int i = 0; i < count; i++) {
            float sum = 0;
            for (int j = i * m; j < (i + 1) * m; j++) {
                sum += images[j] * images[j];
            }
            norms[i] = (float) Math.max(1e-12, Math.sqrt(sum));
            float scale = 1 / norms[i];
            for (int j = i * m; j < (i + 1) * m; j++) {
                images[j] *= scale;
            }
        }
    }

    /**
     * From the gradient by compared images to that by Wx, in place.
     *
     * @param gradient for L2 the sum of the other side's images by their weights
     * @param images as compared
     * @param norms that {@link #normalise} wrote
     * @param totals for L2 the sum of each image's weights, if it is not 0
     */
    void backward(float[] gradient, float[] images, int count, int m, float[] norms, float @Nullable [] totals) {
        for (int i = 0; i < count; i++) {
            int from = i * m;
            if (score.unit()) {
                float along = 0;
                for (int j = from; j < from + m; j++) {
                    along += gradient[j] * images[j];
                }
                float scale = 1 / norms[i];
                for (int j = from; j < from + m; j++) {
                    gradient[j] = (gradient[j] - along * images[j]) * scale;
                }
            } else if (isL2()) {
                float total = totals == null ? 0 : totals[i];
                for (int j = from; j < from + m; j++) {
                    gradient[j] = 2 * (gradient[j] - total * images[j]);
                }
            }
        }
    }
}
