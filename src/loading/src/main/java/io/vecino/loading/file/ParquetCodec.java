package io.vecino.loading.file;

import com.github.luben.zstd.Zstd;
import io.vecino.model.EngineException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/** Unpacks the pages of a Parquet file, each to exactly the size that its header says. */
final class ParquetCodec {
    private ParquetCodec() {}

    /** Refuses codecs that {@link #unpack} does not know. */
    static void requireKnown(String name, CompressionCodecName codec) {
        switch (codec) {
            case UNCOMPRESSED, SNAPPY, GZIP, ZSTD, LZ4_RAW -> {}
            default ->
                throw new EngineException.InvalidArgument(
                        name, "codec uncompressed, snappy, gzip, zstd or lz4_raw", codec.name());
        }
    }

    static byte[] unpack(CompressionCodecName codec, byte[] packed, int size) throws IOException {
        byte[] bytes = codec == CompressionCodecName.UNCOMPRESSED ? packed : new byte[size];
        int got = switch (codec) {
            case UNCOMPRESSED -> packed.length;
            case SNAPPY ->
                Snappy.uncompressedLength(packed, 0, packed.length) == size
                        ? Snappy.uncompress(packed, 0, packed.length, bytes, 0)
                        : Snappy.uncompressedLength(packed, 0, packed.length);
            case GZIP -> gunzip(packed, bytes);
            case ZSTD -> {
                long count = Zstd.decompressByteArray(bytes, 0, size, packed, 0, packed.length);
                if (Zstd.isError(count)) {
                    throw new IOException("zstd: " + Zstd.getErrorName(count));
                }
                yield (int) count;
            }
            case LZ4_RAW -> lz4(packed, bytes);
            default -> -1;
        };
        if (got != size) {
            throw new IOException("a page of " + got + " bytes where its header says " + size);
        }
        return bytes;
    }

    private static int gunzip(byte[] packed, byte[] bytes) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            int got = in.readNBytes(bytes, 0, bytes.length);
            return in.read() < 0 ? got : got + 1;
        }
    }

    private static int lz4(byte[] packed, byte[] bytes) throws IOException {
        try {
            return LZ4Factory.safeInstance()
                    .safeDecompressor()
                    .decompress(packed, 0, packed.length, bytes, 0, bytes.length);
        } catch (LZ4Exception e) {
            throw new IOException("lz4: " + e.getMessage(), e);
        }
    }
}
