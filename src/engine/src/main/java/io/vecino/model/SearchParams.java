package io.vecino.model;

import java.util.OptionalInt;

/**
 * The effort of a search, in the literature's names.
 *
 * @param efSearch candidate list of a graph (HNSW); empty for the index's default
 * @param nprobe inverted lists visited (IVF); empty for the index's default
 * @param oversample candidates taken from codes per result, rescored with the originals; at least 1
 * @param exact whether to ignore codes and scan the originals
 */
public record SearchParams(OptionalInt efSearch, OptionalInt nprobe, float oversample, boolean exact) {
    /** Default effort: four candidates per result. */
    public static final SearchParams DEFAULT = new SearchParams(OptionalInt.empty(), OptionalInt.empty(), 4, false);

    /** The originals, every one of them. */
    public static final SearchParams EXACT = new SearchParams(OptionalInt.empty(), OptionalInt.empty(), 1, true);

    private static final int MAX_EFFORT = 1 << 20;
    private static final float MAX_OVERSAMPLE = 1000;

    public SearchParams {
        check("params.efSearch", efSearch);
        check("params.nprobe", nprobe);
        if (!(oversample >= 1 && oversample <= MAX_OVERSAMPLE)) {
            throw new EngineException.InvalidArgument("params.oversample", "1 to 1000", String.valueOf(oversample));
        }
    }

    private static void check(String field, OptionalInt value) {
        if (value.isPresent() && (value.getAsInt() < 1 || value.getAsInt() > MAX_EFFORT)) {
            throw new EngineException.InvalidArgument(field, "1 to " + MAX_EFFORT, String.valueOf(value.getAsInt()));
        }
    }
}
