package io.vecino.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.vecino.model.SnapshotInfo;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A line of {@code snapshot}.
 *
 * @param addedBytes of the bytes, those that it did not share with earlier snapshots
 */
record SnapshotSummary(
        String collection,
        String name,
        String created,
        long points,
        long bytes,
        @JsonProperty("added_bytes") long addedBytes) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    static SnapshotSummary of(SnapshotInfo info) {
        return new SnapshotSummary(
                info.collection(), info.name(), info.created().toString(), info.points(), info.bytes(), info.added());
    }

    /** @param info a snapshot as the server describes it, in the same words */
    static SnapshotSummary of(JsonNode info) {
        return MAPPER.treeToValue(info, SnapshotSummary.class);
    }

    static void print(List<SnapshotSummary> snapshots, PrintStream out) {
        if (snapshots.isEmpty()) {
            out.println("no snapshots");
            return;
        }
        String row = "%-24s %-26s %12s %16s %16s%n";
        out.printf(row, "snapshot", "created", "points", "bytes", "added bytes");
        for (SnapshotSummary snapshot : snapshots) {
            out.printf(
                    row,
                    snapshot.name,
                    snapshot.created,
                    number(snapshot.points),
                    number(snapshot.bytes),
                    number(snapshot.addedBytes));
        }
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
