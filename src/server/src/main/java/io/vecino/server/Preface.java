package io.vecino.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks at the first bytes of a connection in plain text: clients that speak HTTP/2 at once begin with its preface. */
final class Preface extends ByteToMessageDecoder {
    private final HttpPipeline protocols;
    private final Duration patience;
    private final boolean refuse;
    private @Nullable Future<?> timer;

    /**
     * @param patience for the first bytes
     * @param refuse whether the connection is one too many
     */
    Preface(HttpPipeline protocols, Duration patience, boolean refuse) {
        this.protocols = protocols;
        this.patience = patience;
        this.refuse = refuse;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (refuse) {
            protocols.http1(ctx.pipeline(), true);
            ctx.pipeline().remove(this);
            return;
        }
        timer = ctx.executor()
                .schedule(
                        () -> {
                            ChannelFuture _ = ctx.close();
                        },
                        patience.toNanos(),
                        TimeUnit.NANOSECONDS);
        ctx.fireChannelActive();
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
        try {
            int length = Math.min(in.readableBytes(), preface.readableBytes());
            if (!ByteBufUtil.equals(preface, preface.readerIndex(), in, in.readerIndex(), length)) {
                protocols.http1(ctx.pipeline(), false);
                ctx.pipeline().remove(this);
            } else if (length == preface.readableBytes()) {
                protocols.http2(ctx.pipeline());
                ctx.pipeline().remove(this);
            }
        } finally {
            preface.release();
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event == Admission.Signal.DRAIN) {
            ChannelFuture _ = ctx.close();
        } else {
            super.userEventTriggered(ctx, event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ChannelFuture _ = ctx.close();
    }
}
