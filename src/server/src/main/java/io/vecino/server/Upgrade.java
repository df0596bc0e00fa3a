package io.vecino.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ServerUpgradeCodec;
import io.netty.util.AsciiString;
import java.util.function.Supplier;

/** Goes over to HTTP/2 where a request in HTTP/1.1 asks for it and has no body; others stay what they are. */
final class Upgrade extends HttpServerUpgradeHandler {
    /** @param streams of the new connection: its codec and what comes after that */
    Upgrade(HttpServerCodec source, Supplier<HttpPipeline.Streams> streams) {
        super(
                source,
                protocol -> AsciiString.contentEquals(Http2CodecUtil.HTTP_UPGRADE_PROTOCOL_NAME, protocol)
                        ? new Codec(streams.get())
                        : null,
                0);
    }

    @Override
    protected boolean shouldHandleUpgradeRequest(HttpRequest request) {
        return HttpUtil.getContentLength(request, 0L) == 0 && !HttpUtil.isTransferEncodingChunked(request);
    }

    private static final class Codec extends Http2ServerUpgradeCodec {
        Codec(HttpPipeline.Streams streams) {
            super(streams.codec(), streams.multiplexer(), streams.connection());
        }

        @Override
        public void upgradeTo(ChannelHandlerContext ctx, FullHttpRequest request) {
            ctx.pipeline().remove(RequestHandler.class);
            ctx.channel().config().setAutoRead(true);
            super.upgradeTo(ctx, request);
        }
    }
}
