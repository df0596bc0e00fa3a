package io.vecino.server;

import io.vecino.model.Filter;
import io.vecino.model.PointId;
import io.vecino.model.Selector;
import io.vecino.server.work.SearchBounds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code {"ids":[…]}} or {@code {"filter"}}. */
final class DeleteBody {
    private @Nullable List<PointId> ids;
    private @Nullable Filter filter;

    static Selector read(JsonInput json) {
        return json.document(in -> {
            DeleteBody body = new DeleteBody();
            in.object(name -> body.field(in, name));
            return body.selector(in);
        });
    }

    boolean field(JsonInput in, String name) {
        switch (name) {
            case "ids" -> ids = in.array(SearchBounds.MAX_BATCH, ValueInput::id);
            case "filter" -> filter = FilterInput.read(in);
            default -> {
                return false;
            }
        }
        return true;
    }

    Selector selector(JsonInput in) {
        if (filter != null && ids == null) {
            Filter given = filter;
            return in.checked(() -> new Selector.Matching(given));
        }
        if (filter != null) {
            throw in.invalid("ids or filter", "both");
        }
        return new Selector.Ids(in.present(ids, "ids", "an array of ids, or a filter"));
    }
}
