package io.vecino.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckedFileTest {
    private static final FormatHeader HEADER = new FormatHeader(2, 7, 11);

    @TempDir
    private Path directory;

    private final Random random = Vectors.random("CheckedFileTest");

    private byte[] written(Path path, int length) {
        byte[] body = new byte[length];
        random.nextBytes(body);
        try (CheckedFileWriter writer = new CheckedFileWriter(Disk.LOCAL, path, HEADER)) {
            for (int at = 0; at < length; ) {
                int count = Math.min(length - at, 1 + random.nextInt(50_000));
                writer.write(ByteBuffer.wrap(body, at, count));
                at += count;
            }
            assertFalse(Files.exists(path), "not there before it is complete");
            writer.finish();
        }
        return body;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 65_535, 65_536, 65_537, 1_000_000})
    void readsBackWhatWasWritten(int length) throws DamagedFileException {
        Path path = directory.resolve("f");
        byte[] body = written(path, length);
        try (CheckedFile file = CheckedFile.open(path, HEADER)) {
            assertArrayEquals(body, file.body().toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @Test
    void everyFlippedBitIsFound() throws IOException {
        Path path = directory.resolve("f");
        written(path, 150_000);
        byte[] good = Files.readAllBytes(path);
        for (int i = 0; i < 400; i++) {
            int at = i < 100 ? i : i < 130 ? good.length - 1 - (i - 100) : random.nextInt(good.length);
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(path, bad);
            var error = assertThrows(
                    DamagedFileException.class,
                    () -> CheckedFile.open(path, HEADER).close());
            assertTrue(error.toString().contains(path.toString()), error.toString());
        }
    }

    @Test
    void everyTruncationAndEveryTailIsFound() throws IOException {
        Path path = directory.resolve("f");
        written(path, 150_000);
        byte[] good = Files.readAllBytes(path);
        for (int i = 0; i < 300; i++) {
            int length = i < 100 ? i : random.nextInt(good.length);
            Files.write(path, Arrays.copyOf(good, length));
            assertThrows(
                    DamagedFileException.class,
                    () -> CheckedFile.open(path, HEADER).close());
        }
        Files.write(path, Arrays.copyOf(good, good.length + 1));
        assertThrows(
                DamagedFileException.class, () -> CheckedFile.open(path, HEADER).close());
        Files.delete(path);
        assertThrows(
                DamagedFileException.class, () -> CheckedFile.open(path, HEADER).close());
    }

    @Test
    void swappedBlocksAndMistakenFilesAreFound() throws IOException {
        Path path = directory.resolve("f");
        written(path, 3 * FormatHeader.BLOCK);
        byte[] good = Files.readAllBytes(path);
        byte[] bad = good.clone();
        System.arraycopy(good, FormatHeader.BYTES, bad, FormatHeader.BYTES + FormatHeader.BLOCK, FormatHeader.BLOCK);
        System.arraycopy(good, FormatHeader.BYTES + FormatHeader.BLOCK, bad, FormatHeader.BYTES, FormatHeader.BLOCK);
        Files.write(path, bad);
        assertThrows(
                DamagedFileException.class, () -> CheckedFile.open(path, HEADER).close());
        Files.write(path, good);
        for (FormatHeader other :
                new FormatHeader[] {new FormatHeader(3, 7, 11), new FormatHeader(2, 8, 11), new FormatHeader(2, 7, 12)
                }) {
            assertThrows(
                    DamagedFileException.class,
                    () -> CheckedFile.open(path, other).close());
        }
    }

    @Test
    void aFileThatIsNotFinishedLeavesNothing() throws IOException {
        try (CheckedFileWriter writer = new CheckedFileWriter(Disk.LOCAL, directory.resolve("f"), HEADER)) {
            writer.write(ByteBuffer.allocate(100_000));
        }
        try (var files = Files.list(directory)) {
            assertEquals(0, files.count());
        }
    }
}
