package io.vecino.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.vecino.model.CollectionInfo;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A line of {@code info}.
 *
 * @param bytes native memory by component
 */
record CollectionSummary(
        String name,
        long points,
        @JsonProperty("unsealed_points") long unsealedPoints,
        int segments,
        int dimension,
        String metric,
        String pipeline,
        String index,
        @JsonProperty("bytes_per_vector") double bytesPerVector,
        Map<String, Long> bytes) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    static CollectionSummary of(CollectionInfo info) {
        return new CollectionSummary(
                info.name(),
                info.points(),
                info.unsealedPoints(),
                info.segments(),
                info.config().dimension(),
                info.config().metric().toString(),
                info.config().pipeline().toString(),
                info.config().index().toString(),
                info.bytesPerVector(),
                new TreeMap<>(info.bytes()));
    }

    /** @param info a collection as the server describes it, in the same words */
    static CollectionSummary of(JsonNode info) {
        return MAPPER.treeToValue(info, CollectionSummary.class);
    }

    static void print(List<CollectionSummary> collections, PrintStream out) {
        if (collections.isEmpty()) {
            out.println("no collections");
            return;
        }
        int width = Math.max(
                10, collections.stream().mapToInt(c -> c.name().length()).max().orElse(0));
        String row = "%-" + width + "s %10s %10s %8s %9s %-6s %-14s %12s %14s%n";
        out.printf(
                row,
                "collection",
                "points",
                "unsealed",
                "segments",
                "dimension",
                "metric",
                "pipeline",
                "bytes/vector",
                "memory");
        for (CollectionSummary c : collections) {
            out.printf(
                    row,
                    c.name,
                    number(c.points),
                    number(c.unsealedPoints),
                    number(c.segments),
                    number(c.dimension),
                    c.metric,
                    c.pipeline,
                    number(Math.round(c.bytesPerVector)),
                    number(c.bytes.values().stream().mapToLong(Long::longValue).sum()));
        }
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
