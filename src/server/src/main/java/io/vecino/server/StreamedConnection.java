package io.vecino.server;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that speaks HTTP/2, as a whole: closed when it carries no requests for long, or the server stops. */
final class StreamedConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(StreamedConnection.class);
    private static final int CONNECTION_WINDOW = 1 << 20;

    private final Http2Connection connection;
    private final Duration idle;
    private int lastStream;
    private @Nullable Future<?> timer;

    /** @param idle how long it may go without a request, and up to as long again */
    StreamedConnection(Http2Connection connection, Duration idle) {
        this.connection = connection;
        this.idle = idle;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Http2Exception {
        connection.local().flowController().incrementWindowSize(connection.connectionStream(), CONNECTION_WINDOW);
        timer = ctx.executor()
                .scheduleAtFixedRate(() -> check(ctx), idle.toNanos(), idle.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void check(ChannelHandlerContext ctx) {
        int stream = connection.remote().lastStreamCreated();
        if (connection.numActiveStreams() == 0 && stream == lastStream) {
            ChannelFuture _ = ctx.close();
        }
        lastStream = stream;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** Settings, pings and the like, which the codec has acted upon. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        ReferenceCountUtil.release(frame);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == Admission.Signal.DRAIN) {
            // Says so to the client and waits for the streams there are.
            ChannelFuture _ = ctx.close();
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("connection {} failed", ctx.channel().remoteAddress(), cause);
        ChannelFuture _ = ctx.close();
    }
}
