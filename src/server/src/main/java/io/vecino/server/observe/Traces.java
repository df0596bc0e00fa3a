package io.vecino.server.observe;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.vecino.model.SearchTrace.Stage;
import io.vecino.server.observe.Searches.Searched;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One OpenTelemetry span per request, if the process was started with an SDK for it, such as the OpenTelemetry agent; nothing
 * otherwise. Thread-safe.
 */
public final class Traces {
    private static final int SERVER_ERROR = 500;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final Headers HEADERS = new Headers();

    private final OpenTelemetry telemetry;
    private final Tracer tracer;
    private final boolean on;

    /** With what the process was started with. */
    public Traces() {
        this(GlobalOpenTelemetry.getOrNoop());
    }

    Traces(OpenTelemetry telemetry) {
        this.telemetry = telemetry;
        this.tracer = telemetry.getTracer("io.vecino");
        this.on = !telemetry.equals(OpenTelemetry.noop());
    }

    private static final class Headers implements TextMapGetter<UnaryOperator<@Nullable String>> {
        @Override
        @SuppressWarnings("deprecation") // it is abstract
        public Iterable<String> keys(UnaryOperator<@Nullable String> headers) {
            return List.of();
        }

        @Override
        public @Nullable String get(@Nullable UnaryOperator<@Nullable String> headers, String name) {
            return headers == null ? null : headers.apply(name);
        }
    }

    /**
     * Begins the span of a request, below that of the caller if the caller says so.
     *
     * @param operation one of a fixed set, such as a route's template
     * @param header the value of a header by name
     */
    public Span begin(String protocol, String operation, UnaryOperator<@Nullable String> header) {
        if (!on) {
            return Span.getInvalid();
        }
        Context caller = telemetry.getPropagators().getTextMapPropagator().extract(Context.root(), header, HEADERS);
        return tracer.spanBuilder(operation)
                .setParent(caller)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("network.protocol.name", protocol)
                .startSpan();
    }

    /** Ends it with the status of an answer in HTTP's terms. */
    public static void end(Span span, int status) {
        span.setAttribute("http.response.status_code", (long) status);
        if (status >= SERVER_ERROR) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    /** Writes the stages of a search into the span of its request. */
    public static void searched(Span span, Searched search) {
        if (span.isRecording()) {
            for (Stage stage : Stage.values()) {
                span.setAttribute(
                        "vecino.search." + stage.id() + "_us", search.trace().nanos(stage) / NANOS_PER_MICRO);
            }
        }
    }
}
