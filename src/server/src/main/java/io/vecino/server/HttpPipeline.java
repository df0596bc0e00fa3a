package io.vecino.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import org.jspecify.annotations.Nullable;

/** What a new connection passes through: HTTP/1.1 with bounded heads, then the requests one by one. */
final class HttpPipeline extends ChannelInitializer<Channel> {
    /** Longest request line, and longest headers together. */
    static final int MAX_HEAD_BYTES = 16 << 10;

    /** Bytes read at once: what a connection can have in pipelined requests while one of them is being answered. */
    static final int MAX_READ = 16 << 10;

    /** More requests than fit into {@link #MAX_READ}. */
    private static final int MAX_PIPELINED = 1 << 10;

    private final Edge edge;

    HttpPipeline(Edge edge) {
        this.edge = edge;
    }

    @Override
    protected void initChannel(Channel channel) {
        Admission.Verdict verdict = edge.admission().connect(channel);
        if (verdict == Admission.Verdict.DROP) {
            ChannelFuture _ = channel.close();
            return;
        }
        if (edge.tls() != null) {
            channel.pipeline().addLast(edge.tls().newHandler(channel.alloc()));
        }
        channel.pipeline()
                .addLast(new HttpServerCodec(
                        new HttpDecoderConfig()
                                .setMaxInitialLineLength(MAX_HEAD_BYTES)
                                .setMaxHeaderSize(MAX_HEAD_BYTES)
                                .setMaxChunkSize(MAX_READ),
                        MAX_PIPELINED))
                .addLast(new RequestHandler(edge, channel, verdict == Admission.Verdict.REFUSE));
    }

    /** What the codec could not read, as the caller is told. */
    static HttpFailure failure(@Nullable Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> new HttpFailure.HeadTooLarge(true);
            case TooLongHttpHeaderException _ -> new HttpFailure.HeadTooLarge(false);
            case null, default -> new HttpFailure.Malformed("the request is not well-formed HTTP/1.1");
        };
    }
}
