package io.vecino.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import org.jspecify.annotations.Nullable;

/**
 * What a new connection passes through until its protocol is known, and what it passes through then: HTTP/1.1 or HTTP/2
 * with bounded heads, then the requests one by one.
 */
final class HttpPipeline extends ChannelInitializer<Channel> {
    /** Longest request line, and longest headers together. */
    static final int MAX_HEAD_BYTES = 16 << 10;

    /** Bytes read at once: what a connection can have in pipelined requests while one of them is being answered. */
    static final int MAX_READ = 16 << 10;

    /** More requests than fit into {@link #MAX_READ}. */
    private static final int MAX_PIPELINED = 1 << 10;

    private static final int STREAM_WINDOW = 256 << 10;

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
        boolean refuse = verdict == Admission.Verdict.REFUSE;
        if (edge.tls() == null) {
            channel.pipeline().addLast(new Preface(this, edge.limits().idle(), refuse));
        } else {
            channel.pipeline().addLast(edge.tls().newHandler(channel.alloc())).addLast(negotiated(refuse));
        }
    }

    /** Over TLS the handshake says which protocol it is; it ends within Netty's ten seconds or ends the connection. */
    private ApplicationProtocolNegotiationHandler negotiated(boolean refuse) {
        return new ApplicationProtocolNegotiationHandler(ApplicationProtocolNames.HTTP_1_1) {
            @Override
            protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
                if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                    http2(ctx.pipeline());
                } else {
                    http1(ctx.pipeline(), refuse);
                }
            }

            @Override
            protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
                ChannelFuture _ = ctx.close();
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                ChannelFuture _ = ctx.close();
            }
        };
    }

    /** Speaks HTTP/1.1 from here on, reading when the handler asks for more. */
    void http1(ChannelPipeline pipeline, boolean refuse) {
        pipeline.channel().config().setAutoRead(false);
        HttpServerCodec codec = new HttpServerCodec(
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(MAX_HEAD_BYTES)
                        .setMaxHeaderSize(MAX_HEAD_BYTES)
                        .setMaxChunkSize(MAX_READ),
                MAX_PIPELINED);
        pipeline.addLast(codec);
        if (edge.tls() == null && !refuse) {
            pipeline.addLast(new Upgrade(codec, this::streams));
        }
        pipeline.addLast(new RequestHandler(edge, pipeline.channel(), refuse));
    }

    /** Speaks HTTP/2 from here on; each stream is a channel with one request. */
    void http2(ChannelPipeline pipeline) {
        Streams streams = streams();
        pipeline.addLast(streams.codec).addLast(streams.multiplexer).addLast(streams.connection);
    }

    /** What HTTP/2 takes, in the order of the pipeline. */
    record Streams(Http2FrameCodec codec, Http2MultiplexHandler multiplexer, StreamedConnection connection) {}

    private Streams streams() {
        Http2FrameCodec codec = Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings()
                        .maxConcurrentStreams(edge.limits().streams())
                        .maxHeaderListSize(MAX_HEAD_BYTES)
                        .initialWindowSize(STREAM_WINDOW))
                .gracefulShutdownTimeoutMillis(edge.limits().drain().toMillis())
                .build();
        ChannelInitializer<Channel> requests = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.config().setAutoRead(false);
                stream.pipeline()
                        .addLast(new Http2StreamFrameToHttpObjectCodec(true))
                        .addLast(new RequestHandler(edge, stream, false));
            }
        };
        return new Streams(
                codec,
                new Http2MultiplexHandler(requests, requests),
                new StreamedConnection(codec.connection(), edge.limits().idle()));
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
