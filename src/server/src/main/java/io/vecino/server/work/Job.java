package io.vecino.server.work;

import io.vecino.model.CollectionInfo;
import io.vecino.model.SnapshotInfo;
import io.vecino.model.TuneReport;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Long work at one moment.
 *
 * @param collection that it is about
 * @param progress 0 to 1
 * @param result null unless it succeeded and made something
 * @param error why it failed; null unless it did
 */
public record Job(
        String id,
        String kind,
        String collection,
        State state,
        double progress,
        @Nullable Result result,
        @Nullable Failure error) {
    /** How far it is. */
    public enum State {
        RUNNING,
        SUCCEEDED,
        FAILED;

        /** The name that callers see. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What it made. */
    public sealed interface Result {}

    /** The collection as it was when the work ended. */
    public record MadeCollection(CollectionInfo info) implements Result {}

    /** What a dry run found. */
    public record MadeTuning(TuneReport report) implements Result {}

    /** A snapshot. */
    public record MadeSnapshot(SnapshotInfo info) implements Result {}
}
