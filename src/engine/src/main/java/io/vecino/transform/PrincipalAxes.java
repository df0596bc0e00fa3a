package io.vecino.transform;

/** The axes along which rows vary most, and how much. */
public final class PrincipalAxes {
    private final float[] axes;
    private final float[] variances;

    private PrincipalAxes(float[] axes, float[] variances) {
        this.axes = axes;
        this.variances = variances;
    }

    /** Of rows, about their mean. */
    public static PrincipalAxes of(Rows rows) {
        try (Crew crew = new Crew();
                Matrices matrices = new Matrices()) {
            Spectrum spectrum = Spectrum.of(Covariance.of(rows, crew, matrices).matrix(), rows.dimension());
            return new PrincipalAxes(spectrum.leading(rows.dimension()), spectrum.values());
        }
    }

    /** dimension × dimension, orthonormal rows, that of the largest variance first. */
    public float[] axes() {
        return axes.clone();
    }

    /** Along each axis, descending, none below 0. */
    public float[] variances() {
        return variances.clone();
    }
}
