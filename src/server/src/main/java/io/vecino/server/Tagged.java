package io.vecino.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** Gives answers a tag by their content. */
final class Tagged {
    private static final int NOT_MODIFIED = 304;
    private static final int TAG_BYTES = 12;

    private Tagged() {}

    /** The answer with its tag, or that the caller has it already. */
    static Response of(Response response, Preferences preferences) {
        if (!response.tagged()) {
            return response;
        }
        Response.Bytes body = switch (response.content()) {
            case Response.Json json -> new Response.Bytes("application/json", rendered(json));
            case Response.Text(String type, String text) ->
                new Response.Bytes(type, text.getBytes(StandardCharsets.UTF_8));
            case Response.Bytes bytes -> bytes;
            case Response.None _ -> new Response.Bytes("", new byte[0]);
        };
        String tag = tag(body.body());
        Map<String, String> headers = new HashMap<>(response.headers());
        headers.put("ETag", tag);
        headers.put("Cache-Control", "private, no-cache");
        return preferences.has(tag)
                ? new Response(NOT_MODIFIED, headers, new Response.None())
                : new Response(response.status(), headers, body);
    }

    private static byte[] rendered(Response.Json json) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = JsonOutput.to(out)) {
            json.body().accept(generator);
        }
        return out.toByteArray();
    }

    /** Weak, because the same content may be sent compressed or not. */
    private static String tag(byte[] body) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
            return "W/\"" + HexFormat.of().formatHex(hash, 0, TAG_BYTES) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
