package io.vecino.server;

import io.vecino.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** What machines ask before they send traffic, and the API's description. */
final class HealthRoutes {
    private static final String DESCRIPTION = "openapi.yaml";

    private final Engine engine;
    private final BooleanSupplier draining;
    private final String description = description();

    /** @param draining whether the server takes no more requests */
    HealthRoutes(Engine engine, BooleanSupplier draining) {
        this.engine = engine;
        this.draining = draining;
    }

    List<Route> routes() {
        return List.of(
                Route.probe("/healthz", _ -> status("ok")),
                Route.probe("/readyz", _ -> ready()),
                Route.open("/" + DESCRIPTION, _ -> text()));
    }

    private static Response status(String status) {
        return Response.ok(json -> {
            json.writeStartObject();
            json.writeStringProperty("status", status);
            json.writeEndObject();
        });
    }

    private Response ready() {
        if (draining.getAsBoolean()) {
            throw new HttpFailure.Overloaded("the server is stopping");
        }
        engine.collections();
        return status("ready");
    }

    private Response text() {
        return new Response(200, Map.of(), true, new Response.Text("application/yaml", description));
    }

    private static String description() {
        try (InputStream in = HealthRoutes.class.getResourceAsStream(DESCRIPTION)) {
            if (in == null) {
                throw new IllegalStateException("the server was built without " + DESCRIPTION);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
