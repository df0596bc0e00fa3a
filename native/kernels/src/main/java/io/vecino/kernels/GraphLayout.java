package io.vecino.kernels;

/** What a vertex holds. */
public enum GraphLayout {
    /** The point, and short codes of its neighbours: everything that a visit needs lies together. */
    FAST(0),
    /** A code of the point: a visit reads its neighbours' codes where they lie, the best are scored again. */
    LEAN(1);

    private final int number;

    GraphLayout(int number) {
        this.number = number;
    }

    /** As files and native code name it. */
    public int number() {
        return number;
    }

    boolean codes(int bits) {
        return switch (this) {
            case FAST -> bits == 1 || bits == 2 || bits == 4;
            case LEAN -> bits == 4;
        };
    }
}
