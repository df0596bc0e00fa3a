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
    private final HttpVersion version;
    private final IntConsumer answered;
    private final AtomicBoolean claimed = new AtomicBoolean();

    /** @param answered gets the status when the answer is in the channel's hands */
    Responder(Channel channel, WriteGate gate, String requestId, HttpVersion version, IntConsumer answered) {
        this.answered = answered;
        this.channel = channel;
        this.gate = gate;
        this.requestId = requestId;
        this.version = version;
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
    ChannelFuture send(Response response, boolean close) {
        ResponseStream out = new ResponseStream(
                channel,
                gate,
                HttpResponseStatus.valueOf(response.status()),
                headers(response, close),
                version.equals(HttpVersion.HTTP_1_1));
        try {
            switch (response.content()) {
                case Response.Json json -> write(json, out);
                case Response.Text text -> out.write(text.body().getBytes(StandardCharsets.UTF_8));
                case Response.None _ -> {}
            }
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
    private static void write(Response.Json json, ResponseStream out) {
        JsonGenerator generator = JsonOutput.to(out);
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
            case Response.None _ -> {}
        }
        if (close) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return headers;
    }
}
