package io.vecino.measure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.Vectors;
import io.vecino.files.NpyWriter;
import io.vecino.model.Inspection;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.model.ProgressListener;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.Scratch;
import io.vecino.transform.Rows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiagnosticsTest {
    @TempDir
    private Path directory = Path.of("");

    private final Random random = Vectors.random("DiagnosticsTest");
    private final NativeMemory memory = new NativeMemory(1L << 30);

    private Inspection inspect(int count, IntFunction<float[]> vector) {
        Path file = directory.resolve("vectors.npy");
        float[] first = vector.apply(0);
        try (NpyWriter writer = new NpyWriter(file, count, first.length);
                Scratch scratch = new Scratch()) {
            for (int i = 0; i < count; i++) {
                writer.write(scratch.floats(i == 0 ? first : vector.apply(i)), 1);
            }
            writer.finish();
        }
        Inspection seen = Inspecting.of(file, Metric.L2, memory, ProgressListener.NONE);
        assertEquals(0, memory.used());
        return seen;
    }

    /** A cube of few dimensions, turned into a space of many. */
    private IntFunction<float[]> cube(int dimensions, int space) {
        float[][] axes = new float[dimensions][];
        Arrays.setAll(axes, _ -> Vectors.gaussian(random, space, 1));
        return _ -> {
            float[] vector = new float[space];
            for (float[] axis : axes) {
                float at = random.nextFloat() - 0.5f;
                for (int j = 0; j < space; j++) {
                    vector[j] += at * axis[j];
                }
            }
            return vector;
        };
    }

    @Test
    void anOrthonormalSetOfRankRHasEffectiveRankR() {
        assertEquals(5, Diagnostics.effectiveRank(new double[] {2, 2, 2, 2, 2, 0, 0}), 1e-9);
        Inspection seen = inspect(1_200, i -> {
            float[] vector = new float[16];
            vector[i % 7] = i / 7 % 2 == 0 ? 1 : -1;
            return vector;
        });
        assertEquals(7, seen.effectiveRank(), 0.05);
    }

    @Test
    void isoScoreIsOneForEqualVariancesAndNoughtForOneDirection() {
        assertEquals(1, Diagnostics.isoScore(new double[] {3, 3, 3, 3}), 1e-12);
        assertEquals(0, Diagnostics.isoScore(new double[] {3, 0, 0, 0}), 1e-12);
        double half = Diagnostics.isoScore(new double[] {1, 1, 0, 0});
        assertTrue(half > 0.2 && half < 0.5, "half of the directions: " + half);
    }

    @Test
    void seesTheDimensionOfACube() {
        for (int dimensions : new int[] {2, 6}) {
            Inspection seen = inspect(3_000, cube(dimensions, 24));
            assertEquals(dimensions, seen.twoNn(), 0.12 * dimensions);
            assertEquals(dimensions, seen.localDimension(), 0.2 * dimensions);
        }
    }

    @Test
    void aRingHasNoHubsAndHighDimensionalNoiseHas() {
        Inspection ring = inspect(2_000, i -> {
            double angle = 2 * Math.PI * i / 1_700;
            return new float[] {(float) Math.cos(angle), (float) Math.sin(angle), 0};
        });
        Inspection noise = inspect(2_000, _ -> Vectors.gaussian(random, 100, 1));
        assertTrue(Math.abs(ring.hubness()) < 1.5, "ring: " + ring.hubness());
        assertTrue(noise.hubness() > ring.hubness() + 1, "noise: " + noise.hubness() + ", ring: " + ring.hubness());
        assertEquals(0, Diagnostics.skewness(new int[] {4, 4, 4}));
        assertTrue(Diagnostics.skewness(new int[] {0, 0, 0, 9}) > 1);
    }

    @Test
    void countsCopiesAndNearCopies() {
        List<float[]> originals = Vectors.clustered(random, 1_000, 12);
        Inspection seen = inspect(1_300, i -> {
            float[] vector = originals.get(i % 1_000).clone();
            if (i >= 1_200) {
                vector[0] *= 1.02f;
            }
            return vector;
        });
        assertTrue(seen.duplicates() > 0.15 && seen.duplicates() < 0.45, "duplicates: " + seen.duplicates());
        assertTrue(seen.nearDuplicates() >= seen.duplicates() + 0.05, "near: " + seen.nearDuplicates());
        assertTrue(seen.findings().stream().anyMatch(finding -> finding.contains("equal another")));
    }

    @Test
    void seesLengthsAndWhetherVectorsAreCentred() {
        float[] shift = new float[10];
        Arrays.fill(shift, 5);
        Inspection shifted = inspect(1_000, _ -> {
            float[] vector = Vectors.gaussian(random, 10, 0.5);
            for (int j = 0; j < 10; j++) {
                vector[j] += shift[j];
            }
            return vector;
        });
        assertEquals(5 * Math.sqrt(10), shifted.norms().mean(), 0.2);
        assertTrue(shifted.meanCosine() > 0.9);
        assertTrue(shifted.findings().stream().anyMatch(finding -> finding.contains("not centred")));
        Inspection centred = inspect(1_000, _ -> Vectors.gaussian(random, 10, 1));
        assertEquals(0, centred.meanCosine(), 0.05);
    }

    @Test
    void knowsWhatIsRedundant() {
        Inspection seen = inspect(2_000, i -> {
            float[] vector = Vectors.gaussian(random, 16, 1e-4);
            float[] part = Vectors.gaussian(random, 4, 1);
            System.arraycopy(part, 0, vector, 12, 4);
            return vector;
        });
        Inspection.Shorter quarter = seen.redundancy().stream()
                .filter(shorter -> shorter.dims() == 4)
                .findFirst()
                .orElseThrow();
        assertTrue(quarter.pca() > 0.97, "pca: " + quarter.pca());
        assertTrue(quarter.first() < 0.1, "the first: " + quarter.first());
        assertTrue(seen.findings().stream().anyMatch(finding -> finding.contains("do not truncate")));
        assertTrue(seen.worthTrying().contains(Pipeline.parse("pca:4/int8")));
    }

    @Test
    void separabilityGrowsWithTheFisherRatio() {
        List<Double> separabilities = new ArrayList<>();
        for (double distance : new double[] {0, 2, 5, 12, 30}) {
            float[][] centres = new float[6][];
            Arrays.setAll(centres, _ -> Vectors.gaussian(random, 8, distance));
            separabilities.add(inspect(1_000, i -> {
                        float[] vector = Vectors.gaussian(random, 8, 1);
                        for (int j = 0; j < 8; j++) {
                            vector[j] += centres[i % 6][j];
                        }
                        return vector;
                    })
                    .separability());
        }
        assertEquals(separabilities.stream().sorted(Comparator.naturalOrder()).toList(), separabilities);
    }

    @Test
    void theSpanningTreeOfPointsOnALineHasTheirGaps() {
        try (Scratch scratch = new Scratch()) {
            double[] links = Diagnostics.spanningTree(new Rows(scratch.floats(new float[] {0, 1, 3, 7, 15}), 5, 1));
            Arrays.sort(links);
            assertArrayEquals(new double[] {1, 2, 4, 8}, links, 1e-6);
        }
    }

    @Test
    void alignmentKnowsRotationsLinearMapsAndNoise() {
        List<float[]> x = Vectors.clustered(random, 600, 6);
        List<float[]> turned = x.stream()
                .map(v -> new float[] {3 * v[1], -3 * v[0], 3 * v[2], 3 * v[5], 3 * v[4], -3 * v[3]})
                .toList();
        List<float[]> stretched = x.stream()
                .map(v -> new float[] {9 * v[0] + v[1], v[1], 0.5f * v[2], v[3] - v[0], 4 * v[4], v[5]})
                .toList();
        List<float[]> noise = IntStream.range(0, 600)
                .mapToObj(_ -> Vectors.gaussian(random, 6, 1))
                .toList();
        DMatrixRMaj base = Aligning.centred(x);
        assertEquals(1, Aligning.cka(base, Aligning.centred(turned)), 1e-9);
        assertEquals(1, Aligning.svcca(base, Aligning.centred(turned)), 1e-6);
        assertTrue(Aligning.cka(base, Aligning.centred(stretched)) < 0.98);
        assertTrue(Aligning.cka(base, Aligning.centred(noise)) < 0.1);
        assertTrue(Aligning.svcca(base, Aligning.centred(noise)) < 0.25);
    }
}
