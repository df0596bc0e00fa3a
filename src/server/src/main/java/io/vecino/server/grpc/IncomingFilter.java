package io.vecino.server.grpc;

import io.vecino.api.v1.Filter;
import io.vecino.api.v1.Filters;
import io.vecino.api.v1.Value;
import io.vecino.model.EngineException;
import io.vecino.server.work.SearchBounds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Filters out of messages. How large they may be is theirs to check where they are used. */
final class IncomingFilter {
    private IncomingFilter() {}

    /** @param field where it stands in the message */
    static io.vecino.model.Filter read(String field, Filter filter) {
        try {
            return switch (filter.getOfCase()) {
                case ALL -> new io.vecino.model.Filter.All(all(field + ".all", filter.getAll()));
                case ANY -> new io.vecino.model.Filter.Any(all(field + ".any", filter.getAny()));
                case NOT -> new io.vecino.model.Filter.Not(read(field + ".not", filter.getNot()));
                case HAS_ID ->
                    new io.vecino.model.Filter.HasId(new HashSet<>(Incoming.ids(field + ".has_id", filter.getHasId())));
                case IN ->
                    new io.vecino.model.Filter.In(
                            filter.getIn().getField(),
                            list(field + ".in", filter.getIn().getValuesList(), Incoming::scalar));
                case CONTAINS ->
                    new io.vecino.model.Filter.Contains(
                            filter.getContains().getField(),
                            Incoming.scalar(
                                    field + ".contains", filter.getContains().getValue()));
                case PREFIX ->
                    new io.vecino.model.Filter.Prefix(
                            filter.getPrefix().getField(), filter.getPrefix().getPrefix());
                case EXISTS ->
                    new io.vecino.model.Filter.Exists(filter.getExists().getField());
                case RANGE -> range(field + ".range", filter.getRange());
                case OF_NOT_SET ->
                    throw new EngineException.InvalidArgument(
                            field, "one of all, any, not, has_id, in, contains, prefix, exists and range", "nothing");
            };
        } catch (EngineException.InvalidArgument e) {
            throw e.field().startsWith(field) ? e : new EngineException.InvalidArgument(field, e.expected(), e.got());
        }
    }

    private static List<io.vecino.model.Filter> all(String field, Filters filters) {
        return list(field, filters.getFiltersList(), IncomingFilter::read);
    }

    /** Reads one element. */
    @FunctionalInterface
    private interface Reading<A, B> {
        B read(String field, A element);
    }

    private static <A, B> List<B> list(String field, List<A> elements, Reading<A, B> reading) {
        if (elements.size() > SearchBounds.MAX_BATCH) {
            throw new EngineException.InvalidArgument(
                    field, "at most " + SearchBounds.MAX_BATCH + " entries", elements.size() + " entries");
        }
        List<B> read = new ArrayList<>(elements.size());
        for (A element : elements) {
            read.add(reading.read(field + "[" + read.size() + "]", element));
        }
        return read;
    }

    private static io.vecino.model.Filter range(String field, Filter.Range range) {
        Function<@Nullable Value, @Nullable Object> bound =
                value -> value == null ? null : Incoming.scalar(field, value);
        return new io.vecino.model.Filter.Range(
                range.getField(),
                bound.apply(range.hasGt() ? range.getGt() : null),
                bound.apply(range.hasGte() ? range.getGte() : null),
                bound.apply(range.hasLt() ? range.getLt() : null),
                bound.apply(range.hasLte() ? range.getLte() : null));
    }
}
