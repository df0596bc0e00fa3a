package io.vecino.server;

import io.vecino.model.Filter;
import io.vecino.model.PointId;
import io.vecino.model.ScrollRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code {"after"?, "limit"?, "filter"?, "with_vector"?}}. */
final class ScrollBody {
    private static final int DEFAULT_LIMIT = 100;

    private @Nullable PointId after;
    private int limit = DEFAULT_LIMIT;
    private @Nullable Filter filter;
    private boolean withVector;

    private ScrollBody() {}

    static ScrollRequest read(JsonInput json) {
        return json.document(in -> {
            ScrollBody body = new ScrollBody();
            in.object(name -> body.field(in, name));
            return in.checked(() -> new ScrollRequest(body.after, body.limit, body.filter, body.withVector));
        });
    }

    private boolean field(JsonInput in, String name) {
        switch (name) {
            case "after" -> after = ValueInput.id(in);
            case "limit" -> limit = in.wholeNumber();
            case "filter" -> filter = FilterInput.read(in);
            case "with_vector" -> withVector = in.flag();
            default -> {
                return false;
            }
        }
        return true;
    }

    /** {@code {"filter"?}}. */
    static Optional<Filter> readFilter(JsonInput json) {
        return json.document(in -> {
            ScrollBody body = new ScrollBody();
            in.object(name -> name.equals("filter") && body.field(in, name));
            return Optional.ofNullable(body.filter);
        });
    }
}
