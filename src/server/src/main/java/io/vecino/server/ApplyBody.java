package io.vecino.server;

import io.vecino.model.CollectionConfig;
import io.vecino.model.IndexSpec;
import io.vecino.model.Pipeline;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code {"pipeline"?, "index"?}}, at least one of them; the other stays if it fits. */
final class ApplyBody {
    private @Nullable Pipeline pipeline;
    private @Nullable IndexSpec index;

    private ApplyBody() {}

    static CollectionConfig read(JsonInput json, CollectionConfig now) {
        return json.document(in -> {
            ApplyBody body = new ApplyBody();
            in.object(name -> body.field(in, name));
            if (body.index == null) {
                in.present(body.pipeline, "pipeline", "a pipeline or an index");
            }
            return now.with(now.encoding().with(Optional.ofNullable(body.pipeline), Optional.ofNullable(body.index)));
        });
    }

    private boolean field(JsonInput in, String name) {
        switch (name) {
            case "pipeline" -> pipeline = Pipeline.parse(in.text());
            case "index" -> index = IndexSpec.parse(in.text());
            default -> {
                return false;
            }
        }
        return true;
    }
}
