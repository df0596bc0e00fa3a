package io.vecino.measure;

import io.vecino.collection.Found;
import io.vecino.model.PointId;
import java.util.ArrayList;
import java.util.List;

/** Results of made-up searches. */
final class FoundLists {
    private FoundLists() {}

    /** Points of these numbers with falling scores. */
    static List<Found> of(int... ids) {
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            found.add(new Found(PointId.of(ids[i]), 1 - 0.01f * i));
        }
        return found;
    }
}
