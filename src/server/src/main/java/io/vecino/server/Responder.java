package io.vecino.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.exc.JacksonIOException;

/** The answer to one request, given once by whoever comes first: the worker, or the deadline. */
final class Responder {
    private static final Logger LOG = LoggerFactory.getLogger(Responder.class);

    private final Channel channel;
    private final WriteGate gate;
    private final String requestId;
    private final Preferences preferences;
    private final IntConsumer answered;
    private final AtomicBoolean claimed = new AtomicBoolean();

    /** @param answered gets the status when the answer is in the channel's hands */
    Responder(Channel channel, WriteGate gate, String requestId, Preferences preferences, IntConsumer answered) {
        this.answered = answered;
        this.channel = channel;
        this.gate = gate;
        this.requestId = requestId;
        this.preferences = preferences;
    }

    String requestId() {
        return requestId;
    }

    /** Takes the right to answer; true for the first caller only. */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /**
     * Writes the answer. Only after {@link #claim}.
     *
     * @param close whether the connection ends with it
     * @return done when the last byte has reached the network; failed if that did not happen
     */
    ChannelFuture send(Response given, boolean close) {
        Response response;
        try {
            response = Tagged.of(given, preferences);
        } catch (RuntimeException | Error e) {
            LOG.error("request {}: response not written", requestId, e);
            return send(ErrorResponse.of(e, requestId).response(), close);
        }
        HttpHeaders headers = headers(response, close);
        ResponseStream out = new ResponseStream(
                channel,
                gate,
                HttpResponseStatus.valueOf(response.status()),
                headers,
                preferences.version().equals(HttpVersion.HTTP_1_1));
        try (CompressedStream body = new CompressedStream(out, preferences.coding(), headers)) {
            switch (response.content()) {
                case Response.Json json -> write(json, out, body);
                case Response.Text text -> body.write(text.body().getBytes(StandardCharsets.UTF_8));
                case Response.Bytes bytes -> body.write(bytes.body());
                case Response.None _ -> {}
            }
            body.finish();
            ChannelFuture last = out.finish();
            answered.accept(response.status());
            return last;
        } catch (IOException | JacksonIOException e) {
            out.abort();
            answered.accept(Inbound.ABANDONED);
            LOG.debug("request {}: response not delivered", requestId, e);
            return channel.newFailedFuture(e);
        } catch (RuntimeException | Error e) {
            out.abort();
            LOG.error("request {}: response not written", requestId, e);
            return out.started()
                    ? channel.newFailedFuture(e)
                    : send(ErrorResponse.of(e, requestId).response(), close);
        }
    }

    /** Closes the generator in good order only after a complete body: closing flushes. */
    private static void write(Response.Json json, ResponseStream out, CompressedStream body) {
        JsonGenerator generator = JsonOutput.to(body);
        try {
            json.body().accept(generator);
        } catch (RuntimeException | Error e) {
            out.abort();
            generator.close();
            throw e;
        }
        generator.close();
    }

    private HttpHeaders headers(Response response, boolean close) {
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        response.headers().forEach(headers::set);
        headers.set("X-Request-Id", requestId);
        headers.set("X-Content-Type-Options", "nosniff");
        switch (response.content()) {
            case Response.Json _ -> headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
            case Response.Text text -> headers.set(HttpHeaderNames.CONTENT_TYPE, text.type());
            case Response.Bytes bytes -> headers.set(HttpHeaderNames.CONTENT_TYPE, bytes.type());
            case Response.None _ -> {}
        }
        if (preferences.coding() != ContentCoding.IDENTITY) {
            headers.add(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
        }
        if (preferences.origin() != null) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, preferences.origin());
            headers.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, "ETag, Retry-After, X-Request-Id");
            headers.add(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        }
        if (close) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return headers;
    }
}
