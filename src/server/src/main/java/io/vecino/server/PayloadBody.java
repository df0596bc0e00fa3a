package io.vecino.server;

import io.vecino.model.PayloadChange;
import io.vecino.model.Selector;
import org.jspecify.annotations.Nullable;

/** {@code {"ids":[…] or "filter", and one of "set":{…}, "merge":{…}, "clear":[…]}}. */
final class PayloadBody {
    private static final int MAX_FIELDS = 10_000;

    private final DeleteBody points = new DeleteBody();
    private @Nullable PayloadChange change;

    private PayloadBody() {}

    record Parsed(Selector points, PayloadChange change) {}

    static Parsed read(JsonInput json) {
        return json.document(in -> {
            PayloadBody body = new PayloadBody();
            in.object(name -> body.field(in, name));
            PayloadChange change = in.present(body.change, "set", "one of set, merge and clear");
            return new Parsed(body.points.selector(in), change);
        });
    }

    private boolean field(JsonInput in, String name) {
        PayloadChange read = switch (name) {
            case "set" -> new PayloadChange.Set(PayloadInput.read(in));
            case "merge" -> new PayloadChange.Merge(PayloadInput.read(in));
            case "clear" -> new PayloadChange.Clear(in.array(MAX_FIELDS, JsonInput::text));
            default -> null;
        };
        if (read == null) {
            return points.field(in, name);
        }
        if (change != null) {
            throw in.invalid("one of set, merge and clear", "two of them");
        }
        change = read;
        return true;
    }
}
