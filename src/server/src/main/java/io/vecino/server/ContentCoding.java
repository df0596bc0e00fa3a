package io.vecino.server;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** How a body is compressed on its way. */
enum ContentCoding {
    IDENTITY {
        @Override
        InputStream decoder(InputStream in) {
            return in;
        }

        @Override
        OutputStream encoder(OutputStream out) {
            return out;
        }
    },
    GZIP {
        @Override
        InputStream decoder(InputStream in) throws IOException {
            return new GZIPInputStream(in, BUFFER);
        }

        @Override
        OutputStream encoder(OutputStream out) throws IOException {
            return new GZIPOutputStream(out, BUFFER);
        }
    },
    ZSTD {
        @Override
        InputStream decoder(InputStream in) throws IOException {
            return new ZstdInputStream(in).setLongMax(MAX_WINDOW_LOG);
        }

        @Override
        OutputStream encoder(OutputStream out) throws IOException {
            return new ZstdOutputStream(out, ZSTD_LEVEL);
        }
    };

    /** How many times its length a body may grow beyond {@link #SMALL} when it is decompressed. */
    static final int MAX_RATIO = 100;

    private static final int SMALL = 1 << 20;
    private static final int BUFFER = 16 << 10;
    private static final int ZSTD_LEVEL = 3;

    /** 8 MiB: what RFC 8878 asks decoders to support. */
    private static final int MAX_WINDOW_LOG = 23;

    abstract InputStream decoder(InputStream in) throws IOException;

    abstract OutputStream encoder(OutputStream out) throws IOException;

    /** The name in headers. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * That of a request's body.
     *
     * @param header value of {@code Content-Encoding}
     * @throws HttpFailure.UnknownEncoding for one that is not known
     */
    static ContentCoding of(@Nullable String header) {
        String name = header == null ? "identity" : header.strip().toLowerCase(Locale.ROOT);
        return switch (name) {
            case "identity" -> IDENTITY;
            case "gzip", "x-gzip" -> GZIP;
            case "zstd" -> ZSTD;
            default -> throw new HttpFailure.UnknownEncoding(name.substring(0, Math.min(BUFFER >> 8, name.length())));
        };
    }

    /**
     * The best one that a client takes.
     *
     * @param header value of {@code Accept-Encoding}
     */
    static ContentCoding accepted(@Nullable String header) {
        ContentCoding best = IDENTITY;
        if (header != null) {
            for (String part : header.toLowerCase(Locale.ROOT).split(",", -1)) {
                String[] words = part.split(";", 2);
                boolean refused = words.length == 2 && words[1].strip().matches("q=0(\\.0*)?");
                String name = words[0].strip();
                if (!refused && name.equals(ZSTD.id())) {
                    return ZSTD;
                }
                if (!refused && name.equals(GZIP.id())) {
                    best = GZIP;
                }
            }
        }
        return best;
    }

    /**
     * Decompresses a request's body.
     *
     * @param limit bytes of the result, at most
     * @param hold told of every block before there is more
     * @throws HttpFailure.BodyTooLarge beyond the limit, or if it grows too much
     * @throws HttpFailure.Malformed if it is damaged
     */
    Request.Body decode(Request.Body body, int limit, IntConsumer hold) {
        if (this == IDENTITY || body.length() == 0) {
            return body;
        }
        long most = Math.max(SMALL, (long) MAX_RATIO * body.length());
        byte[] block = new byte[BUFFER];
        ByteArrayOutputStream out = new ByteArrayOutputStream(BUFFER);
        try (InputStream in = decoder(new ByteArrayInputStream(body.bytes(), body.offset(), body.length()))) {
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                if (n > limit - out.size()) {
                    throw new HttpFailure.BodyTooLarge(limit);
                }
                if (out.size() + n > most) {
                    throw HttpFailure.BodyTooLarge.compressed(MAX_RATIO);
                }
                hold.accept(n);
                out.write(block, 0, n);
            }
        } catch (IOException _) {
            throw new HttpFailure.Malformed("body: expected " + id() + ", got damaged or other data");
        }
        return new Request.Body(out.toByteArray(), 0, out.size());
    }
}
