package io.vecino.loading.file;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.EngineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are cut short, say they are larger than they are, or have any byte changed. */
class HostileFilesTest {
    private static final int ROUNDS = Boolean.getBoolean("vecino.test.long") ? 3_000 : 150;

    @TempDir
    private Path folder = Path.of("");

    private static String refusal(Path file) {
        EngineException.InvalidArgument refused =
                assertThrows(EngineException.InvalidArgument.class, () -> Sample.rows(file, ReadOptions.DEFAULT));
        assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
        return refused.getMessage();
    }

    private static byte[] littleEndian(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    @Test
    void namesTheFirstByteThatIsNotThere() throws IOException {
        Path npy = Sample.cut(Sample.copy("f4.npy", folder), 500);
        assertTrue(refusal(npy).contains("at byte 128: expected 1120 bytes of data for 40 × 7, got 372 bytes"));
        assertTrue(refusal(Sample.cut(npy, 9)).contains("header"));
        Path parquet = Sample.copy("none.parquet", folder);
        assertTrue(refusal(Sample.cut(parquet, Files.size(parquet) - 100)).contains("cut short"));
        Path gz = Sample.copy("points.jsonl.gz", folder);
        assertTrue(refusal(Sample.cut(gz, Files.size(gz) / 2)).contains("whole gzip stream"));
        Path zst = Sample.copy("points.jsonl.zst", folder);
        assertTrue(refusal(Sample.cut(zst, Files.size(zst) / 2)).contains("whole zstd stream"));
        Path hdf5 = Sample.copy("ann.hdf5", folder);
        String reason = refusal(Sample.cut(hdf5, 3_000));
        assertTrue(reason.contains("expected"), reason);
    }

    @Test
    void refusesSizesThatNoFileHas() throws IOException {
        Path shape = Sample.changed(Sample.copy("f4.npy", folder), "(40, 7), }", "(9999999,)}");
        assertTrue(refusal(shape).contains("two dimensions"));
        Path rows = Sample.changed(Sample.copy("f8.npy", folder), "(40, 7), } ", "(999999999, 7)");
        assertTrue(refusal(rows).contains("bytes of data"), refusal(rows));
        Path header = Sample.changed(Sample.copy("version2.npy", folder), 8, littleEndian(Integer.MAX_VALUE));
        assertTrue(refusal(header).contains("a header of at most"));
        Path footer = Sample.copy("none.parquet", folder);
        Sample.changed(footer, (int) Files.size(footer) - 8, littleEndian(Integer.MAX_VALUE));
        assertTrue(refusal(footer).contains("a footer within the file"));
    }

    @Test
    void refusesRowsOfAnotherDimensionAmongTexmexRows() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(3 * 12).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < 3; row++) {
            bytes.putInt(row == 2 ? 3 : 2).putFloat(row).putFloat(1);
        }
        Path file = Files.write(folder.resolve("x.fvecs"), bytes.array());
        assertTrue(refusal(file).contains("at byte 24: expected dimension 2, got 3"), refusal(file));
        assertTrue(refusal(Sample.cut(file, 30)).contains("at byte 24"), refusal(file));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "f4.npy",
                "ann.hdf5",
                "latest.hdf5",
                "snappy.parquet",
                "zstd.parquet",
                "v2.parquet",
                "lz4.parquet",
                "gzip.parquet",
                "points.jsonl.gz",
                "points.jsonl.zst"
            })
    void readsOrRefusesWhateverByteIsChanged(String name) throws IOException {
        long seed = System.nanoTime();
        System.err.println(name + ": seed " + seed);
        Random random = new Random(seed);
        byte[] whole = Files.readAllBytes(Sample.copy(name, folder));
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = whole.clone();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Path file = Files.write(folder.resolve(name), bytes);
            try {
                Sample.rows(file, ReadOptions.DEFAULT);
            } catch (EngineException.InvalidArgument e) {
                assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
            } catch (RuntimeException | Error e) {
                throw new AssertionError(name + ", seed " + seed + ", round " + round, e);
            }
        }
    }
}
