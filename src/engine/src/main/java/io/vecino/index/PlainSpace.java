package io.vecino.index;

import io.vecino.model.SearchTrace;
import io.vecino.storage.Scratch;
import io.vecino.transform.Identity;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import io.vecino.transform.Transform;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The space of an index that knows no biases: images of the transform and one dimension more where points
 * have them. For inner product it holds (bias, 1), for L2 (√−bias, 0), so that scores are the same.
 */
public record PlainSpace(Transform transform) {
    /** How vectors of the space are compared. */
    public Similarity similarity() {
        return transform.similarity();
    }

    /** Length of its vectors. */
    public int dimension() {
        return transform.outputDimension() + (transform.biased() ? 1 : 0);
    }

    /** Writes the images of points to {@code out}, count × dimension. */
    public void points(Rows rows, MemorySegment out) {
        if (!transform.biased()) {
            transform.points(rows.segment(), rows.count(), out, MemorySegment.NULL);
            return;
        }
        try (Scratch scratch = new Scratch()) {
            MemorySegment images = scratch.floats((long) rows.count() * transform.outputDimension());
            MemorySegment biases = scratch.floats((long) rows.count());
            transform.points(rows.segment(), rows.count(), images, biases);
            for (int i = 0; i < rows.count(); i++) {
                float bias = biases.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                float extra = similarity() == Similarity.DOT ? bias : (float) Math.sqrt(Math.max(0, -bias));
                place(images, i, extra, out);
            }
        }
    }

    /** The image of a query: dimension values. */
    public MemorySegment query(float[] query, Scratch scratch) {
        MemorySegment image = SearchTrace.timed(SearchTrace.Stage.TRANSFORM, () -> {
            MemorySegment made = scratch.floats((long) transform.outputDimension());
            transform.query(scratch.floats(query), made);
            return made;
        });
        if (!transform.biased()) {
            return image;
        }
        MemorySegment out = scratch.floats((long) dimension());
        place(image, 0, similarity() == Similarity.DOT ? 1 : 0, out);
        return out;
    }

    /** The same on the heap; the query itself if it is its own image. */
    public float[] image(float[] query) {
        if (transform instanceof Identity) {
            return query;
        }
        try (Scratch scratch = new Scratch()) {
            return query(query, scratch).toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    private void place(MemorySegment images, int row, float extra, MemorySegment out) {
        long width = (long) transform.outputDimension() * Float.BYTES;
        long target = (long) row * dimension() * Float.BYTES;
        MemorySegment.copy(images, row * width, out, target, width);
        out.set(ValueLayout.JAVA_FLOAT, target + width, extra);
    }
}
