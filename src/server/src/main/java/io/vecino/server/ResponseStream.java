package io.vecino.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A response's body on its way to the client: one message with a length if it is short, chunks at the pace of the reader
 * if not. Ends with {@link #finish} or {@link #abort}; exactly one of them.
 */
final class ResponseStream extends OutputStream {
    private static final int CHUNK = 64 << 10;
    private static final int FIRST = 1 << 10;

    private final Channel channel;
    private final WriteGate gate;
    private final HttpResponseStatus status;
    private final HttpHeaders headers;
    private final boolean chunked;
    private @Nullable ByteBuf buffer;
    private boolean started;
    private boolean ended;

    /**
     * @param headers of the response, but for the framing
     * @param chunked whether the client knows chunked encoding; if not, a long response ends with the connection
     */
    ResponseStream(Channel channel, WriteGate gate, HttpResponseStatus status, HttpHeaders headers, boolean chunked) {
        this.channel = channel;
        this.gate = gate;
        this.status = status;
        this.headers = headers;
        this.chunked = chunked;
    }

    /** Whether something has been sent that cannot be taken back. */
    boolean started() {
        return started;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end && !ended) {
            ByteBuf target = buffer();
            int part = Math.min(end - at, CHUNK - target.readableBytes());
            target.writeBytes(bytes, at, part);
            at += part;
            if (target.readableBytes() == CHUNK) {
                sendChunk();
            }
        }
    }

    private ByteBuf buffer() {
        if (buffer == null) {
            buffer = channel.alloc().buffer(started ? CHUNK : FIRST, CHUNK);
        }
        return buffer;
    }

    private ByteBuf take() {
        ByteBuf taken = buffer();
        buffer = null;
        return taken;
    }

    private void sendChunk() throws IOException {
        gate.await();
        if (!started) {
            started = true;
            if (chunked) {
                headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            }
            ChannelFuture _ = channel.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers));
        }
        ChannelFuture _ = channel.writeAndFlush(new DefaultHttpContent(take()));
    }

    /** Sends what is left; the future is done when all of it has reached the network. */
    ChannelFuture finish() {
        ended = true;
        if (started) {
            return channel.writeAndFlush(new DefaultLastHttpContent(take()));
        }
        ByteBuf body = take();
        if (status.code() != HttpResponseStatus.NO_CONTENT.code()
                && status.code() != HttpResponseStatus.NOT_MODIFIED.code()) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        }
        return channel.writeAndFlush(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body, headers, trailers()));
    }

    private static HttpHeaders trailers() {
        return DefaultHttpHeadersFactory.trailersFactory().newEmptyHeaders();
    }

    /** Drops what was not sent; later writes go nowhere. */
    void abort() {
        ended = true;
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
    }
}
