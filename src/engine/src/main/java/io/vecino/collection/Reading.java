package io.vecino.collection;

import io.vecino.model.Filter;
import io.vecino.model.Payload;
import io.vecino.model.PointId;
import io.vecino.model.ScrollPage;
import io.vecino.model.ScrollRequest;
import io.vecino.model.StoredPoint;
import io.vecino.payload.FilterMatch;
import io.vecino.payload.PayloadCodec;
import io.vecino.storage.PointRow;
import io.vecino.storage.PointView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Points out of the store. */
final class Reading {
    /** Rows are scanned in id order rather than collected from indexes unless a filter leaves so few of them. */
    private static final int SELECTIVE = 20;

    private Reading() {}

    static Optional<StoredPoint> point(PointView view, PointId id) {
        float[] vector = view.vectors(List.of(id)).getFirst();
        return vector == null
                ? Optional.empty()
                : view.row(id)
                        .map(row -> new StoredPoint(id, vector, PayloadCodec.decode(row.payload()), row.sequence()));
    }

    static ScrollPage scroll(Snapshot snapshot, ScrollRequest request, Lifecycle lifecycle) {
        Filter filter = request.filter();
        List<PointRow> rows;
        if (filter == null) {
            rows = scan(snapshot, request, lifecycle);
        } else {
            Matching matching = new Matching(snapshot, filter, lifecycle);
            rows = matching.atMost() < snapshot.points() / SELECTIVE
                    ? collect(snapshot, request, matching)
                    : scan(snapshot, request, lifecycle);
        }
        boolean more = rows.size() > request.limit();
        List<PointRow> page = more ? rows.subList(0, request.limit()) : rows;
        return new ScrollPage(
                entries(snapshot.view(), page, request.withVector()),
                more ? page.getLast().id() : null);
    }

    /** One row more than asked for, if there is one. */
    private static List<PointRow> scan(Snapshot snapshot, ScrollRequest request, Lifecycle lifecycle) {
        Filter filter = request.filter();
        List<PointRow> rows = new ArrayList<>();
        snapshot.view().scan(request.after(), row -> {
            lifecycle.requireOpen();
            if (filter == null || FilterMatch.holds(filter, row.id(), PayloadCodec.decode(row.payload()))) {
                rows.add(row);
            }
            return rows.size() <= request.limit();
        });
        return rows;
    }

    private static List<PointRow> collect(Snapshot snapshot, ScrollRequest request, Matching matching) {
        PointId after = request.after();
        List<PointId> ids = matching.ids().stream()
                .filter(id -> after == null || id.compareTo(after) > 0)
                .sorted()
                .limit(request.limit() + 1L)
                .toList();
        return snapshot.view().rows(ids).stream().map(Objects::requireNonNull).toList();
    }

    private static List<ScrollPage.Entry> entries(PointView view, List<PointRow> rows, boolean withVector) {
        List<float @Nullable []> vectors =
                withVector ? view.vectors(rows.stream().map(PointRow::id).toList()) : List.of();
        List<ScrollPage.Entry> entries = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            PointRow row = rows.get(i);
            Payload payload = PayloadCodec.decode(row.payload());
            entries.add(new ScrollPage.Entry(row.id(), payload, row.sequence(), withVector ? vectors.get(i) : null));
        }
        return entries;
    }
}
