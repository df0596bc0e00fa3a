package io.vecino.cli.embedding;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;

/**
 * Vectors of texts that were embedded before, in one file per model and list of texts. A file that is damaged or cannot
 * be written costs time, never a result.
 *
 * <p>File, little-endian: 8 bytes {@code VECEMB01}, int count, int dimension, count × dimension float32, CRC32C of all
 * before as int. It is named by the SHA-256 of model, dimension and texts.
 */
public final class EmbeddingCache {
    private static final byte[] MAGIC = "VECEMB01".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = MAGIC.length + 2 * Integer.BYTES;

    private final Path directory;
    private final Consumer<String> notes;

    /** @param notes told about a file that could not be used */
    public EmbeddingCache(Path directory, Consumer<String> notes) {
        this.directory = directory;
        this.notes = notes;
    }

    /** Reads the vectors of the texts, or has them embedded and keeps them. */
    public List<float[]> embed(Embedder embedder, List<String> texts, LongConsumer done) {
        Path file = file(embedder, texts);
        Optional<List<float[]>> kept = read(file, texts.size(), embedder.dimension());
        if (kept.isPresent()) {
            done.accept(texts.size());
            return kept.get();
        }
        List<float[]> vectors = embedder.embed(texts, done);
        write(file, vectors, embedder.dimension());
        return vectors;
    }

    Path file(Embedder embedder, List<String> texts) {
        MessageDigest digest = sha256();
        digest.update((embedder.model() + "/" + embedder.dimension()).getBytes(StandardCharsets.UTF_8));
        for (String text : texts) {
            digest.update((byte) 0xff); // in no UTF-8 text: ends the one before
            digest.update(text.getBytes(StandardCharsets.UTF_8));
        }
        return directory.resolve("embeddings-" + HexFormat.of().formatHex(digest.digest(), 0, 16) + ".bin");
    }

    private Optional<List<float[]>> read(Path file, int count, int dimension) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            if (intact(bytes, count, dimension)) {
                return Optional.of(vectors(bytes, count, dimension));
            }
            notes.accept("ignoring " + file + ": damaged");
        } catch (IOException e) {
            notes.accept("ignoring " + file + ": " + e);
        }
        return Optional.empty();
    }

    private static boolean intact(ByteBuffer bytes, int count, int dimension) {
        long length = HEADER + (long) count * dimension * Float.BYTES + Integer.BYTES;
        if (bytes.limit() != length) {
            return false;
        }
        int body = bytes.limit() - Integer.BYTES;
        return bytes.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
                && bytes.getInt(MAGIC.length) == count
                && bytes.getInt(MAGIC.length + Integer.BYTES) == dimension
                && bytes.getInt(body) == checksum(bytes.slice(0, body));
    }

    private static List<float[]> vectors(ByteBuffer bytes, int count, int dimension) {
        bytes.position(HEADER);
        var floats = bytes.asFloatBuffer();
        List<float[]> vectors = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            float[] vector = new float[dimension];
            floats.get(vector);
            vectors.add(vector);
        }
        return vectors;
    }

    private void write(Path file, List<float[]> vectors, int dimension) {
        try {
            Files.createDirectories(directory);
            Path partial = Files.createTempFile(directory, "embeddings-", ".tmp");
            try {
                store(partial, bytes(vectors, dimension));
                Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            notes.accept("not keeping the embeddings in " + file + ": " + e);
        }
    }

    private static void store(Path file, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static ByteBuffer bytes(List<float[]> vectors, int dimension) {
        int body = Math.toIntExact(HEADER + (long) vectors.size() * dimension * Float.BYTES);
        ByteBuffer bytes = ByteBuffer.allocate(body + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).putInt(vectors.size()).putInt(dimension);
        for (float[] vector : vectors) {
            for (float value : vector) {
                bytes.putFloat(value);
            }
        }
        bytes.putInt(checksum(bytes.slice(0, body)));
        return bytes.flip();
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
