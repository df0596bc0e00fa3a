package io.vecino.langchain4j;

import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.filter.comparison.IsEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThan;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsIn;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThan;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotIn;
import dev.langchain4j.store.embedding.filter.logical.And;
import dev.langchain4j.store.embedding.filter.logical.Not;
import dev.langchain4j.store.embedding.filter.logical.Or;
import io.vecino.client.Filters;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** LangChain4j's filters on metadata as filters on payloads. Order is that of numbers, and of texts that are points in time. */
final class MetadataFilters {
    private MetadataFilters() {}

    /** @throws UnsupportedOperationException for a filter that the server cannot evaluate */
    static io.vecino.api.v1.Filter of(Filter filter) {
        return switch (filter) {
            case And and -> Filters.all(of(and.left()), of(and.right()));
            case Or or -> Filters.any(of(or.left()), of(or.right()));
            case Not not -> Filters.not(of(not.expression()));
            case IsEqualTo eq -> Filters.eq(field(eq.key()), scalar(eq.comparisonValue()));
            case IsNotEqualTo ne -> Filters.not(Filters.eq(field(ne.key()), scalar(ne.comparisonValue())));
            case IsIn in -> Filters.in(field(in.key()), scalars(in.comparisonValues()));
            case IsNotIn in -> Filters.not(Filters.in(field(in.key()), scalars(in.comparisonValues())));
            case IsGreaterThan gt -> Filters.gt(field(gt.key()), scalar(gt.comparisonValue()));
            case IsGreaterThanOrEqualTo gte -> Filters.gte(field(gte.key()), scalar(gte.comparisonValue()));
            case IsLessThan lt -> Filters.lt(field(lt.key()), scalar(lt.comparisonValue()));
            case IsLessThanOrEqualTo lte -> Filters.lte(field(lte.key()), scalar(lte.comparisonValue()));
            default ->
                throw new UnsupportedOperationException(
                        "expected a comparison or a combination of them, got " + filter);
        };
    }

    private static String field(String key) {
        return VecinoEmbeddingStore.METADATA + "." + key;
    }

    private static List<Object> scalars(Collection<?> values) {
        return values.stream().map(value -> scalar(value)).toList();
    }

    private static Object scalar(Object value) {
        return value instanceof UUID uuid ? uuid.toString() : value;
    }
}
