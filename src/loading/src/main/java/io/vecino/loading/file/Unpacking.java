package io.vecino.loading.file;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import io.vecino.model.EngineException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Text that may be packed by gzip or zstd, told by its first bytes. Refuses what swells beyond reason. For one thread. */
final class Unpacking implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final long FREE_BYTES = 16L << 20;
    private static final long MOST_RATIO = 200;

    private final ByteInput packed;
    private final InputStream in;
    private final String kind;
    private long offset;

    private Unpacking(ByteInput packed, InputStream in, String kind) {
        this.packed = packed;
        this.in = in;
        this.kind = kind;
    }

    /** What packs text that begins so; nothing if it is not packed. */
    static Optional<String> kind(byte[] head) {
        if (head.length >= 2 && head[0] == 0x1f && head[1] == (byte) 0x8b) {
            return Optional.of("gzip");
        }
        boolean zstd = head.length >= 4
                && head[0] == 0x28
                && head[1] == (byte) 0xb5
                && head[2] == 0x2f
                && head[3] == (byte) 0xfd;
        return zstd ? Optional.of("zstd") : Optional.empty();
    }

    static Unpacking open(ByteInput packed, @Nullable String kind) {
        try {
            return switch (kind) {
                case "gzip" -> new Unpacking(packed, new GZIPInputStream(packed, BUFFER), "gzip");
                case "zstd" -> new Unpacking(packed, new ZstdInputStream(packed), "zstd");
                case null, default -> new Unpacking(packed, packed, "text");
            };
        } catch (IOException e) {
            throw failure(packed, String.valueOf(kind), e);
        }
    }

    private static EngineException failure(ByteInput packed, String kind, IOException e) {
        return e instanceof EOFException || e instanceof ZipException || e instanceof ZstdIOException
                ? packed.wrong(packed.offset(), "a whole " + kind + " stream", String.valueOf(e.getMessage()))
                : ByteInput.failure(packed.name(), e);
    }

    /** Bytes of text that were read. */
    long offset() {
        return offset;
    }

    ByteInput packed() {
        return packed;
    }

    /** Reads some bytes; negative at the end. */
    int read(byte[] into, int at, int count) {
        try {
            int got = in.read(into, at, count);
            offset += Math.max(0, got);
            if (in != packed && offset > FREE_BYTES && offset > MOST_RATIO * packed.offset()) {
                throw packed.wrong(
                        packed.offset(),
                        kind + " that grows at most " + MOST_RATIO + " times",
                        offset + " bytes out of " + packed.offset());
            }
            return got;
        } catch (IOException e) {
            throw failure(packed, kind, e);
        }
    }

    /** The same as a stream. */
    InputStream stream() {
        return new InputStream() {
            @Override
            public int read() {
                byte[] one = new byte[1];
                return Unpacking.this.read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
            }

            @Override
            public int read(byte[] into, int at, int count) {
                return Unpacking.this.read(into, at, count);
            }
        };
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw failure(packed, kind, e);
        }
    }
}
