package io.vecino.server;

import io.vecino.model.PointId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code {"ids":[…]}}. */
final class DeleteBody {
    private @Nullable List<PointId> ids;

    private DeleteBody() {}

    static List<PointId> read(JsonInput json) {
        return json.document(in -> {
            DeleteBody body = new DeleteBody();
            in.object(name -> body.field(in, name));
            return in.present(body.ids, "ids", "an array of ids");
        });
    }

    private boolean field(JsonInput in, String name) {
        if (name.equals("ids")) {
            ids = in.array(UpsertBody.MAX_BATCH, ValueInput::id);
            return true;
        }
        return false;
    }
}
