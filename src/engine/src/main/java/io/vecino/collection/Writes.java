package io.vecino.collection;

import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Payload;
import io.vecino.model.PayloadChange;
import io.vecino.model.PointId;
import io.vecino.model.Selector;
import io.vecino.payload.FieldSchema;
import io.vecino.payload.PayloadCodec;
import io.vecino.storage.PointKey;
import io.vecino.storage.PointRow;
import io.vecino.transform.Similarity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The kinds of {@link Write}. */
final class Writes {
    private static final int BLOCK = 1024;

    private Writes() {}

    /** Stores points, replacing those of the same id. */
    static Write upsert(List<NewPoint> points) {
        return (transaction, state) -> {
            requireVersions(points, transaction, state);
            transaction.reserve(points.size());
            points.forEach(transaction::put);
            return points.size();
        };
    }

    private static void requireVersions(List<NewPoint> points, Transaction transaction, Snapshot state) {
        for (NewPoint point : points) {
            if (point.ifVersion().isPresent()) {
                Long staged = transaction.stagedVersion(point.id());
                long version = staged != null
                        ? staged
                        : state.view().row(point.id()).map(PointRow::sequence).orElse(0L);
                if (version != point.ifVersion().getAsLong()) {
                    throw new EngineException.Conflict("point " + point.id() + ": expected version "
                            + point.ifVersion().getAsLong() + ", got " + version);
                }
            }
        }
    }

    /** Removes points; ids that are not there are ignored. */
    static Write delete(List<PointId> ids) {
        return (transaction, _) ->
                (int) ids.stream().filter(transaction::remove).count();
    }

    /** Removes the points that a selector means when it is this write's turn. */
    static Write delete(Selector selector, Lifecycle lifecycle) {
        return switch (selector) {
            case Selector.Ids(List<PointId> ids) -> delete(ids);
            case Selector.Matching(var filter) ->
                alone((transaction, state) -> (int) new Matching(state, filter, lifecycle)
                        .ids().stream().filter(transaction::remove).count());
        };
    }

    private static Write alone(Write write) {
        return new Write() {
            @Override
            public int stage(Transaction transaction, Snapshot state) {
                return write.stage(transaction, state);
            }

            @Override
            public boolean alone() {
                return true;
            }
        };
    }

    /** Changes payloads; vectors stay as they are. */
    static Write change(
            CollectionConfig config, FieldSchema schema, Selector selector, PayloadChange change, Lifecycle lifecycle) {
        return alone((transaction, state) -> {
            List<PointId> ids = switch (selector) {
                case Selector.Ids(List<PointId> given) ->
                    given.stream().distinct().toList();
                case Selector.Matching(var filter) -> new Matching(state, filter, lifecycle).ids();
            };
            List<NewPoint> points = new ArrayList<>();
            for (int first = 0; first < ids.size(); first += BLOCK) {
                List<PointId> block = ids.subList(first, Math.min(ids.size(), first + BLOCK));
                List<@Nullable PointRow> rows = state.view().rows(block);
                List<float @Nullable []> vectors = state.view().vectors(block);
                for (int i = 0; i < block.size(); i++) {
                    PointRow row = rows.get(i);
                    float[] vector = vectors.get(i);
                    if (row != null && vector != null) {
                        points.add(changed(config, schema, row, vector, change));
                    }
                }
            }
            transaction.reserve(points.size());
            points.forEach(transaction::put);
            return points.size();
        });
    }

    private static NewPoint changed(
            CollectionConfig config, FieldSchema schema, PointRow row, float[] vector, PayloadChange change) {
        Payload payload = changed(PayloadCodec.decode(row.payload()), change);
        return new NewPoint(
                row.id(),
                PointKey.encode(row.id()),
                vector,
                Similarity.prepare(config.metric(), vector),
                PayloadCodec.encode(payload, "payload"),
                schema.extract(payload),
                true,
                OptionalLong.empty());
    }

    @SuppressWarnings("NullAway") // null annotations inside a record's component type do not reach its callers
    private static Payload changed(Payload old, PayloadChange change) {
        return switch (change) {
            case PayloadChange.Set(Payload payload) -> payload;
            case PayloadChange.Merge(Payload payload) -> {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>(old.fields());
                fields.putAll(payload.fields());
                yield new Payload(fields);
            }
            case PayloadChange.Clear(List<String> names) -> {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>(old.fields());
                names.forEach(fields::remove);
                yield names.isEmpty() ? Payload.EMPTY : new Payload(fields);
            }
        };
    }
}
