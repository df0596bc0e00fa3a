package io.vecino.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * What a file's bytes were.
 *
 * @param sha256 in hexadecimal
 */
public record FileDigest(String sha256, long length) {
    private static final int BUFFER = 1 << 20;

    /**
     * Reads a file.
     *
     * @param progress told the bytes of each step
     */
    static FileDigest of(Path path, LongConsumer progress) throws IOException {
        MessageDigest digest = digest();
        try (InputStream in = Files.newInputStream(path)) {
            byte[] buffer = new byte[BUFFER];
            long length = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
                length += count;
                progress.accept(count);
            }
            return new FileDigest(HexFormat.of().formatHex(digest.digest()), length);
        }
    }

    /** The SHA-256 of some bytes, in hexadecimal. */
    static String of(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
