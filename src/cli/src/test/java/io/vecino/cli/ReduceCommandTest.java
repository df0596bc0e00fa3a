package io.vecino.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReduceCommandTest {
    private static final int ROWS = 300;
    private static final int DIMENSION = 8;

    @TempDir
    private Path folder = Path.of("");

    /** Random vectors in the layout of .fvecs: per row an i32 dimension and float32 values, little-endian. */
    private Path vectors() throws IOException {
        Random random = new Random(11);
        ByteBuffer bytes =
                ByteBuffer.allocate(ROWS * (DIMENSION + 1) * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < ROWS; i++) {
            bytes.putInt(DIMENSION);
            for (int j = 0; j < DIMENSION; j++) {
                bytes.putFloat((float) random.nextGaussian());
            }
        }
        return Files.write(folder.resolve("in.fvecs"), bytes.array());
    }

    private String at(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void trainsAppliesAndDescribesAModel() throws IOException {
        String in = vectors().toString();
        CommandRun trained = CommandRun.of(
                "reduce",
                in,
                at("out.npy"),
                "--method",
                "pca",
                "--dims",
                "3",
                "--metric",
                "l2",
                "--model",
                at("m.vct"));
        assertEquals(0, trained.exitCode(), trained.err());
        assertTrue(trained.out().contains("300 vectors, 8 -> 3 dimensions"), trained.out());
        CommandRun applied = CommandRun.of("reduce", "--apply", at("m.vct"), in, at("again.npy"), "--json");
        assertEquals(0, applied.exitCode(), applied.err());
        assertTrue(applied.out().contains("\"output_dimension\":3"), applied.out());
        assertEquals(-1, Files.mismatch(folder.resolve("out.npy"), folder.resolve("again.npy")));
        CommandRun described = CommandRun.of("info", at("m.vct"));
        assertEquals(0, described.exitCode(), described.err());
        assertTrue(described.out().contains("variance of the training sample: 50 % in"), described.out());
        assertTrue(CommandRun.of("info", at("m.vct"), "--json").out().contains("\"spectrum\":["));
    }

    @Test
    void showsProgressOfTrainingsThatDescend() throws IOException {
        CommandRun run = CommandRun.of(
                "reduce",
                vectors().toString(),
                at("out.npy"),
                "--method",
                "distill",
                "--dims",
                "4,2",
                "--budget",
                "3",
                "--model",
                at("m.vct"));
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("write"), run.err());
    }

    @Test
    void refusesTooManyDimensionsWithALineThatNamesThem() throws IOException {
        CommandRun run = CommandRun.of(
                "reduce",
                vectors().toString(),
                at("out.npy"),
                "--method",
                "pca",
                "--dims",
                "9",
                "--model",
                at("m.vct"));
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("at most 8") && run.err().contains("9"), run.err());
    }
}
