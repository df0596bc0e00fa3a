package io.vecino.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.model.EngineException;
import io.vecino.storage.Scratch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VectorFileTest {
    private static final float[] VALUES = {1, -2, 0.5f, 65504, 0, -0.25f};

    @TempDir
    private Path directory;

    private final Random random = Vectors.random("VectorFileTest");

    /** A file as numpy.save writes it: magic, version, header padded to 64 bytes, data. */
    private static byte[] npy(int version, String descr, String order, String shape, byte[] data) {
        String dictionary = "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
        int prefix = version == 1 ? 10 : 12;
        int padded = (prefix + dictionary.length() + 1 + 63) / 64 * 64 - prefix;
        ByteBuffer buffer = ByteBuffer.allocate(prefix + padded + data.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) version)
                .put((byte) 0);
        if (version == 1) {
            buffer.putShort((short) padded);
        } else {
            buffer.putInt(padded);
        }
        buffer.put(
                (dictionary + " ".repeat(padded - dictionary.length() - 1) + "\n").getBytes(StandardCharsets.US_ASCII));
        return buffer.put(data).array();
    }

    private static byte[] floats(float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    private static byte[] halves(float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            buffer.putShort(Float.floatToFloat16(value));
        }
        return buffer.array();
    }

    private static byte[] fvecs(int dimension, float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * 4 + values.length / dimension * 4)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i++) {
            if (i % dimension == 0) {
                buffer.putInt(dimension);
            }
            buffer.putFloat(values[i]);
        }
        return buffer.array();
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(directory.resolve(name), bytes);
    }

    private static float[] readAll(Path path) {
        try (VectorFile file = VectorFile.open(path);
                Scratch scratch = new Scratch()) {
            MemorySegment out = scratch.floats((long) file.count() * file.dimension());
            file.read(0, file.count(), out);
            return out.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    @Test
    void readsNpyOfEitherWidthAndEveryVersion() throws IOException {
        for (int version = 1; version <= 3; version++) {
            assertArrayEquals(VALUES, readAll(write("a.npy", npy(version, "<f4", "False", "(3, 2)", floats(VALUES)))));
            assertArrayEquals(VALUES, readAll(write("b.npy", npy(version, "<f2", "False", "(2, 3)", halves(VALUES)))));
        }
    }

    @Test
    void readsFvecsAndAnyRunOfItsRows() throws IOException {
        Path path = write("a.fvecs", fvecs(2, VALUES));
        assertArrayEquals(VALUES, readAll(path));
        try (VectorFile file = VectorFile.open(path);
                Scratch scratch = new Scratch()) {
            assertEquals(3, file.count());
            MemorySegment out = scratch.floats(2L);
            file.read(1, 1, out);
            assertArrayEquals(new float[] {0.5f, 65504}, out.toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<f8 | False | (3, 2)  | descr",
                ">f4 | False | (3, 2)  | descr",
                "<f4 | True  | (3, 2)  | C order",
                "<f4 | False | (6,)    | two dimensions",
                "<f4 | False | (1, 2, 3) | two dimensions",
                "<f4 | False | (4, 2)  | bytes of data",
                "<f4 | False | (3, 1)  | bytes of data",
                "<f4 | False | (3, 0)  | columns",
                "<f4 | False | (9999999999, 2) | rows"
            })
    void refusesOtherArraysNamingFileAndReason(String descr, String order, String shape, String reason)
            throws IOException {
        Path path = write("x.npy", npy(1, descr, order, shape, floats(VALUES)));
        var error = assertThrows(EngineException.InvalidArgument.class, () -> readAll(path));
        assertTrue(error.getMessage().contains(reason), error.getMessage());
        assertTrue(error.field().startsWith(path + " at byte "), error.field());
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] whole = npy(1, "<f4", "False", "(3, 2)", floats(VALUES));
        for (int length = 0; length < whole.length; length++) {
            Path path = write("cut.npy", Arrays.copyOf(whole, length));
            assertThrows(EngineException.InvalidArgument.class, () -> readAll(path), "cut to " + length);
        }
        byte[] rows = fvecs(2, VALUES);
        for (int length = 0; length < rows.length; length++) {
            Path path = write("cut.fvecs", Arrays.copyOf(rows, length));
            if (length == 0 || length % 12 != 0) {
                assertThrows(EngineException.InvalidArgument.class, () -> readAll(path), "cut to " + length);
            }
        }
    }

    @Test
    void anyDamagedByteGivesVectorsOrAClearErrorAndNothingElse() throws IOException {
        byte[] whole = npy(1, "<f2", "False", "(2, 3)", halves(VALUES));
        byte[] rows = fvecs(3, VALUES);
        for (int i = 0; i < 300; i++) {
            for (byte[] good : new byte[][] {whole, rows}) {
                byte[] damaged = good.clone();
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                Path path = write(Arrays.equals(good, whole) ? "d.npy" : "d.fvecs", damaged);
                try {
                    assertTrue(readAll(path).length <= damaged.length / 2);
                } catch (EngineException.InvalidArgument e) {
                    assertTrue(e.getMessage().contains(path.toString()), e.getMessage());
                }
            }
        }
    }

    @Test
    void aFvecsRowOfAnotherLengthIsNamedByItsOffset() throws IOException {
        byte[] bytes = fvecs(2, VALUES);
        bytes[12] = 1;
        Path path = write("ragged.fvecs", bytes);
        var error = assertThrows(EngineException.InvalidArgument.class, () -> readAll(path));
        assertEquals(path + " at byte 12: expected dimension 2, got 1", error.getMessage());
    }
}
