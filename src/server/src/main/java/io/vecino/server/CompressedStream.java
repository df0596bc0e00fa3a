package io.vecino.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Compresses what is longer than is worth sending as it is. To be closed in any case: compressors hold native memory. */
final class CompressedStream extends OutputStream {
    private static final int WORTH_IT = 1 << 10;

    private final OutputStream out;
    private final ContentCoding coding;
    private final HttpHeaders headers;
    private final byte[] first = new byte[WORTH_IT];
    private int held;
    private boolean compressing;
    private @Nullable OutputStream target;

    /** @param headers of the response, which learn of the compression before the first byte is written */
    CompressedStream(OutputStream out, ContentCoding coding, HttpHeaders headers) {
        this.out = out;
        this.coding = coding;
        this.headers = headers;
        this.target = coding == ContentCoding.IDENTITY ? out : null;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (target == null && held + length <= WORTH_IT) {
            System.arraycopy(bytes, offset, first, held, length);
            held += length;
            return;
        }
        if (target == null) {
            headers.set(HttpHeaderNames.CONTENT_ENCODING, coding.id());
            target = coding.encoder(out);
            compressing = true;
            target.write(first, 0, held);
        }
        target.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
        finish();
    }

    /** Writes what is left; there is no more. */
    void finish() throws IOException {
        if (target == null) {
            target = out;
            out.write(first, 0, held);
        } else if (compressing) {
            compressing = false;
            target.close();
        }
    }
}
