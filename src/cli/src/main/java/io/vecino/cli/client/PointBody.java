package io.vecino.cli.client;

import java.util.Map;

/**
 * A point as the server reads it.
 *
 * @param vector as {@link VecinoClient#base64}
 */
public record PointBody(long id, String vector, Map<String, String> payload) {
    public PointBody {
        payload = Map.copyOf(payload);
    }
}
