package io.vecino.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection. Requests are taken one at a time: while one is being answered nothing more is read, so pipelined ones
 * are answered in order and a client that does not read its answers cannot send more. All state belongs to the
 * connection's event loop.
 */
final class RequestHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    private final Edge edge;
    private final boolean refuse;
    private final WriteGate gate;
    private final ArrayDeque<Object> waiting = new ArrayDeque<>();
    private Phase phase = Phase.IDLE;
    private boolean started;
    private boolean complete;
    private boolean partial;
    private boolean arrived;
    private @Nullable Inbound inbound;
    private @Nullable Future<?> timer;

    private enum Phase {
        /** No request yet, or only a part of its head. */
        IDLE,
        /** Its head is known, its body is arriving. */
        RECEIVING,
        /** It is being answered. */
        ANSWERING,
        /** The last answer was given; what still arrives is thrown away until the client closes. */
        CLOSING
    }

    /** @param refuse whether this connection is one too many: it gets an answer, but no service */
    RequestHandler(Edge edge, Channel channel, boolean refuse) {
        this.edge = edge;
        this.refuse = refuse;
        this.gate = new WriteGate(channel, edge.limits().stalledWrite());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            start(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        start(ctx);
    }

    private void start(ChannelHandlerContext ctx) {
        if (started) {
            return;
        }
        started = true;
        if (refuse) {
            phase = Phase.ANSWERING;
            refuse(
                    ctx,
                    new HttpFailure.Overloaded("too many connections"),
                    new Responder(ctx.channel(), gate, "-", Preferences.NONE, _ -> {}));
        } else if (edge.admission().draining()) {
            close(ctx);
        } else {
            idle(ctx);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        waiting.add(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        arrived = true;
        proceed(ctx);
    }

    /** Takes what has arrived as far as possible, then asks for more unless a request is being answered. */
    private void proceed(ChannelHandlerContext ctx) {
        while (phase != Phase.ANSWERING) {
            Object message = waiting.poll();
            if (message == null) {
                expectHead(ctx);
                ctx.read();
                return;
            }
            try {
                take(ctx, message);
            } finally {
                ReferenceCountUtil.release(message);
            }
        }
    }

    /** Once a head has begun it must arrive soon: the first bytes are here, but no request is. */
    private void expectHead(ChannelHandlerContext ctx) {
        if (phase == Phase.IDLE && arrived && !partial) {
            partial = true;
            arm(ctx, edge.limits().head(), () -> close(ctx));
        }
        arrived = false;
    }

    private void take(ChannelHandlerContext ctx, Object message) {
        if (phase == Phase.IDLE && message instanceof HttpRequest head) {
            begin(ctx, head);
        }
        if (phase == Phase.RECEIVING && message instanceof HttpContent part) {
            receive(ctx, part);
        }
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest head) {
        phase = Phase.RECEIVING;
        partial = false;
        complete = false;
        Inbound request = edge.inbound(head, ctx.channel().remoteAddress());
        inbound = request;
        RuntimeException fatal = request.fatal(head);
        if (fatal != null) {
            refuse(ctx, fatal, newResponder(ctx, request));
            return;
        }
        if (request.expectsContinue()) {
            ChannelFuture _ = ctx.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
        Duration deadline = edge.config().requestDeadline();
        arm(ctx, deadline, () -> {
            HttpFailure late = new HttpFailure.RequestTimeout(deadline.toMillis());
            refuse(ctx, late, newResponder(ctx, request));
        });
    }

    private void receive(ChannelHandlerContext ctx, HttpContent part) {
        Inbound request = inbound;
        if (request == null) {
            return;
        }
        try {
            if (part.decoderResult().isFailure()) {
                throw HttpPipeline.failure(part.decoderResult().cause());
            }
            request.append(part.content(), ctx.alloc());
        } catch (HttpFailure e) {
            refuse(ctx, e, newResponder(ctx, request));
            return;
        }
        if (part instanceof LastHttpContent) {
            complete = true;
            inbound = null;
            dispatch(ctx, request);
        }
    }

    private void dispatch(ChannelHandlerContext ctx, Inbound request) {
        phase = Phase.ANSWERING;
        Responder responder = newResponder(ctx, request);
        Response early = request.early();
        if (early != null) {
            request.release();
            answer(ctx, responder, early, !request.keepAlive());
            return;
        }
        RuntimeException refusal = request.refusal();
        if (refusal == null && !request.match().route().probe()) {
            refusal = admitted(request);
        }
        if (refusal != null) {
            request.release();
            answer(
                    ctx,
                    responder,
                    refusal,
                    !request.keepAlive() || edge.admission().draining());
            return;
        }
        Duration patience = edge.config().requestDeadline();
        arm(ctx, patience, () -> {
            String message = "no answer within " + patience.toMillis() + " ms; a write may still be applied";
            answer(ctx, responder, new HttpFailure.Overloaded(message), true);
        });
        long deadline = System.nanoTime() + patience.toNanos();
        Exchange exchange = new Exchange(
                request,
                responder,
                edge.admission(),
                deadline,
                (last, close) -> ctx.executor().execute(() -> sent(ctx, last, close)));
        try {
            edge.workers().execute(exchange);
        } catch (RejectedExecutionException _) {
            exchange.end();
            answer(ctx, responder, new HttpFailure.Overloaded("the server is stopping"), true);
        }
    }

    private @Nullable RuntimeException admitted(Inbound request) {
        try {
            edge.admission().beginRequest(request.caller());
            return null;
        } catch (HttpFailure e) {
            return e;
        }
    }

    /** Answers before the request has arrived, which ends the connection. */
    private void refuse(ChannelHandlerContext ctx, RuntimeException failure, Responder responder) {
        phase = Phase.ANSWERING;
        if (inbound != null) {
            inbound.release();
            inbound = null;
        }
        answer(ctx, responder, failure, true);
    }

    private void answer(ChannelHandlerContext ctx, Responder responder, RuntimeException failure, boolean close) {
        answer(ctx, responder, ErrorResponse.of(failure, responder.requestId()).response(), close);
    }

    private void answer(ChannelHandlerContext ctx, Responder responder, Response response, boolean close) {
        if (responder.claim()) {
            sent(ctx, responder.send(response, close), close);
        }
    }

    /** The whole answer is in the channel's hands; goes on when the network has taken it. */
    private void sent(ChannelHandlerContext ctx, ChannelFuture last, boolean close) {
        if (!last.isDone()) {
            arm(ctx, edge.limits().stalledWrite(), () -> close(ctx));
        }
        ChannelFuture _ = last.addListener(done -> {
            if (!done.isSuccess()) {
                close(ctx);
            } else if (ctx.channel() instanceof Http2StreamChannel) {
                endStream(ctx);
            } else if (close) {
                linger(ctx);
            } else {
                idle(ctx);
            }
        });
    }

    /** A stream carries one request. What the client has not sent yet of it, it need not send. */
    private void endStream(ChannelHandlerContext ctx) {
        phase = Phase.CLOSING;
        if (!complete && ctx.channel().isActive()) {
            ChannelFuture _ = ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
        }
        close(ctx);
    }

    private void idle(ChannelHandlerContext ctx) {
        phase = Phase.IDLE;
        partial = false;
        arrived = false;
        arm(ctx, edge.limits().idle(), () -> close(ctx));
        if (edge.admission().draining() && waiting.isEmpty()) {
            close(ctx);
        } else {
            proceed(ctx);
        }
    }

    /** Closing while bytes are unread would reset the connection and could take the answer with it. */
    private void linger(ChannelHandlerContext ctx) {
        phase = Phase.CLOSING;
        arm(ctx, edge.limits().linger(), () -> close(ctx));
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        ChannelFuture said = tls == null ? ctx.newSucceededFuture() : tls.closeOutbound();
        ChannelFuture _ = said.addListener(_ -> {
            if (ctx.channel() instanceof DuplexChannel duplex) {
                ChannelFuture _ = duplex.shutdownOutput();
            }
        });
        proceed(ctx);
    }

    private static void close(ChannelHandlerContext ctx) {
        ChannelFuture _ = ctx.close();
    }

    private Responder newResponder(ChannelHandlerContext ctx, Inbound request) {
        return new Responder(ctx.channel(), gate, request.requestId(), request.preferences(), request::answered);
    }

    private void arm(ChannelHandlerContext ctx, Duration delay, Runnable action) {
        disarm();
        timer = ctx.executor().schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void disarm() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        gate.signal();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == Admission.Signal.DRAIN && phase == Phase.IDLE && waiting.isEmpty()) {
            close(ctx);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        abandon();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        abandon();
    }

    private void abandon() {
        disarm();
        gate.signal();
        phase = Phase.CLOSING;
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        if (inbound != null) {
            inbound.answered(Inbound.ABANDONED);
            inbound.release();
            inbound = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException || cause instanceof Http2Exception) {
            LOG.debug("connection {} lost", ctx.channel().remoteAddress(), cause);
        } else {
            LOG.warn("connection {} failed", ctx.channel().remoteAddress(), cause);
        }
        close(ctx);
    }
}
