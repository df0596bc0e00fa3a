package io.vecino.server;

import io.vecino.model.EngineException;
import io.vecino.model.Filter;
import java.nio.charset.StandardCharsets;

/** Filters as the JSON that requests have them in. */
public final class FilterText {
    private FilterText() {}

    /**
     * Reads a filter.
     *
     * @throws EngineException.InvalidArgument naming what of it cannot be read
     */
    public static Filter parse(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return new JsonInput(new Request.Body(bytes, 0, bytes.length)).document(FilterInput::read);
    }
}
