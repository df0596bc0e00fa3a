package io.vecino.collection;

import io.vecino.model.BackgroundJob;
import io.vecino.model.CollectionConfig;
import io.vecino.model.CollectionInfo;
import io.vecino.model.RecallSample;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.segment.SealedSegment;
import io.vecino.transform.Identity;
import io.vecino.transform.Transform;
import io.vecino.transform.Transforms;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a collection says of itself. */
final class Information {
    private Information() {}

    static CollectionInfo of(
            String name,
            CollectionConfig config,
            Snapshot snapshot,
            @Nullable TrainedPipeline trained,
            List<RecallSample> recall,
            List<BackgroundJob> jobs) {
        long codes = 0;
        long ids = 0;
        long fields = 0;
        long unsealed = 0;
        long sealedRows = 0;
        long sealedPoints = 0;
        int count = 0;
        for (Snapshot.Part part : snapshot.parts()) {
            if (part.segment() instanceof SealedSegment segment) {
                codes += segment.bytes();
                ids += segment.idBytes();
                fields += segment.fieldBytes();
                sealedRows += segment.size();
                sealedPoints += (long) part.size() - segment.deletions();
                count++;
            } else {
                unsealed += part.segment().bytes();
            }
        }
        Map<String, Long> bytes = new LinkedHashMap<>();
        bytes.put("codes", codes);
        bytes.put("ids", ids);
        bytes.put("fields", fields);
        bytes.put("unsealed", unsealed);
        @Nullable
        Transform transform = trained == null || trained.transform() instanceof Identity ? null : trained.transform();
        return new CollectionInfo(
                name,
                config,
                snapshot.points(),
                Math.max(0, snapshot.points() - sealedPoints),
                count,
                sealedRows == 0 ? 0 : (double) codes / sealedRows,
                bytes,
                transform == null ? null : transform.scoreName(),
                transform == null ? null : transform.origin(),
                transform == null ? List.of() : Transforms.spectrum(transform),
                recall.isEmpty() ? Optional.empty() : Optional.of(recall.getLast()),
                jobs);
    }
}
