package io.vecino.loading.file;

import io.vecino.model.PointId;
import java.util.List;

/** What a search found, nearest first; as many scores as ids. */
public record Neighbours(List<PointId> ids, List<Double> scores) {
    public Neighbours {
        ids = List.copyOf(ids);
        scores = List.copyOf(scores);
    }
}
