package io.vecino.transform;

import java.lang.foreign.MemorySegment;

/** Leaves vectors as they are. */
public record Identity(int inputDimension, Similarity similarity) implements Transform {
    @Override
    public int outputDimension() {
        return inputDimension;
    }

    @Override
    public boolean biased() {
        return false;
    }

    @Override
    public String scoreName() {
        return similarity == Similarity.L2 ? "l2" : "ip";
    }

    @Override
    public String origin() {
        return "none";
    }

    @Override
    public byte[] toBytes() {
        return new byte[0];
    }

    @Override
    public void points(MemorySegment rows, int count, MemorySegment out, MemorySegment biases) {
        MemorySegment.copy(rows, 0, out, 0, (long) count * inputDimension * Float.BYTES);
    }

    @Override
    public void query(MemorySegment query, MemorySegment out) {
        points(query, 1, out, MemorySegment.NULL);
    }
}
