package io.vecino.collection;

import io.vecino.model.PointId;
import io.vecino.model.StoredPoint;
import io.vecino.payload.PayloadCodec;
import io.vecino.storage.PointView;
import java.util.List;
import java.util.Optional;

/** Points out of the store. */
final class Reading {
    private Reading() {}

    static Optional<StoredPoint> point(PointView view, PointId id) {
        float[] vector = view.vectors(List.of(id)).getFirst();
        return vector == null
                ? Optional.empty()
                : view.row(id)
                        .map(row -> new StoredPoint(id, vector, PayloadCodec.decode(row.payload()), row.sequence()));
    }
}
