package io.vecino.loading.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vecino.model.EngineException;
import io.vecino.model.Payload;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of NumPy, h5py and pyarrow, bit by bit. */
class ForeignFilesTest {
    @TempDir
    private Path folder = Path.of("");

    private static final ReadOptions DEFAULT = ReadOptions.DEFAULT;

    private static void requireSample(List<Point> points) {
        assertEquals(Sample.ROWS, points.size());
        for (int i = 0; i < Sample.ROWS; i++) {
            float[] expected = new float[Sample.DIMENSION];
            for (int j = 0; j < expected.length; j++) {
                expected[j] = Sample.value(i, j);
            }
            assertArrayEquals(expected, points.get(i).vector(), "row " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"f2.npy", "f4.npy", "f8.npy", "version2.npy"})
    void readsNpyOfEveryWidthOfFloat(String name) throws IOException {
        List<Point> points = Sample.points(Sample.copy(name, folder), DEFAULT);
        requireSample(points);
        assertEquals(PointId.of(39), points.get(39).id());
    }

    @ParameterizedTest
    @CsvSource({"i1.npy, -60, -57", "u1.npy, 100, 223"})
    void readsNpyOfBytes(String name, float first, float last) throws IOException {
        List<Point> points = Sample.points(Sample.copy(name, folder), DEFAULT);
        assertEquals(last, points.get(39).vector()[6]);
        assertEquals(first, points.get(0).vector()[0]);
    }

    @Test
    void takesIdsFromBesideTheVectors() throws IOException {
        Path ids = Sample.copy("ids.npy", folder);
        List<Point> points = Sample.points(Sample.copy("f4.npy", folder), DEFAULT.withIds(ids));
        assertEquals(PointId.of(395), points.get(39).id());
        requireSample(points);
    }

    @ParameterizedTest
    @ValueSource(strings = {"train", "half", "packed", "lzf"})
    void readsHdf5InOnePieceAndInChunks(String dataset) throws IOException {
        requireSample(Sample.points(Sample.copy("ann.hdf5", folder), DEFAULT.withDataset(dataset)));
    }

    @Test
    void readsQueriesAndNeighboursOfAnnBenchmarks() throws IOException {
        Path file = Sample.copy("ann.hdf5", folder);
        List<Point> queries = Sample.points(file, DEFAULT.withDataset("test"));
        assertEquals(3, queries.size());
        assertEquals(Sample.value(2, 6), queries.get(2).vector()[6]);
        assertArrayEquals(
                new float[] {8, 9, 10, 11},
                Sample.points(file, DEFAULT.withDataset("neighbors")).get(2).vector());
        requireSample(Sample.points(Sample.copy("latest.hdf5", folder), DEFAULT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "snappy", "gzip", "zstd", "lz4", "v2", "crc"})
    void readsParquetOfEveryCodecAndPageVersion(String name) throws IOException {
        ReadOptions all = DEFAULT.withColumns(Optional.empty(), "vector", List.of("*"));
        List<Point> points = Sample.points(Sample.copy(name + ".parquet", folder), all);
        requireSample(points);
        assertEquals(PointId.of(1039), points.get(39).id());
        assertEquals(
                new Payload(Map.of(
                        "title",
                        "title 4",
                        "year",
                        2029L,
                        "score",
                        9.75,
                        "good",
                        false,
                        "at",
                        "2020-09-13T12:26:40.039Z")),
                points.get(39).payload());
        assertEquals(false, points.get(36).payload().fields().containsKey("year"));
    }

    @Test
    void takesTheOnlyListOfNumbersAndTheIdThatItIsTold() throws IOException {
        Path file = Sample.copy("fixed.parquet", folder);
        requireSample(Sample.points(file, DEFAULT));
        List<Point> named = Sample.points(file, DEFAULT.withColumns(Optional.of("name"), "embedding", List.of()));
        assertEquals(PointId.of("n39"), named.get(39).id());
        assertEquals(Payload.EMPTY, named.get(39).payload());
    }

    @ParameterizedTest
    @ValueSource(strings = {"half", "double"})
    void readsParquetOfOtherWidths(String column) throws IOException {
        ReadOptions options = DEFAULT.withColumns(Optional.empty(), column, List.of());
        requireSample(Sample.points(Sample.copy("widths.parquet", folder), options));
    }

    @Test
    void rejectsRowsWithHolesAndReadsOn() throws IOException {
        List<Row> rows = Sample.rows(Sample.copy("holes.parquet", folder), DEFAULT);
        assertEquals(9, rows.size());
        assertInstanceOf(Row.Bad.class, rows.get(3));
        assertInstanceOf(Row.Bad.class, rows.get(5));
        assertInstanceOf(Row.Bad.class, rows.get(6));
        Row.Good last = assertInstanceOf(Row.Good.class, rows.get(8));
        assertArrayEquals(new float[] {8, 8, 8}, last.point().vector());
    }

    @Test
    void readsPackedJsonLines() throws IOException {
        List<Point> texts = Sample.points(Sample.copy("points.jsonl.gz", folder), DEFAULT);
        requireSample(texts);
        assertEquals(PointId.of("p39"), texts.get(39).id());
        assertEquals("title 4", texts.get(39).payload().fields().get("title"));
        List<Point> numbers = Sample.points(Sample.copy("points.jsonl.zst", folder), DEFAULT);
        requireSample(numbers);
        assertEquals(PointId.of(39), numbers.get(39).id());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "f2.npy",
                "f4.npy",
                "ann.hdf5",
                "latest.hdf5",
                "zstd.parquet",
                "v2.parquet",
                "points.jsonl.gz",
                "fixed.parquet"
            })
    void skipsToAnyRow(String name) throws IOException {
        Path file = Sample.copy(name, folder);
        List<Point> all = Sample.points(file, DEFAULT);
        for (int from : new int[] {0, 1, 15, 16, 17, 32, 39, 40}) {
            try (PointReader reader = PointFiles.open(file, DEFAULT)) {
                reader.skip(from);
                for (int i = from; i < all.size(); i++) {
                    Row.Good row = assertInstanceOf(Row.Good.class, reader.next());
                    assertEquals(i, row.number());
                    assertEquals(all.get(i).id(), row.point().id());
                    assertArrayEquals(all.get(i).vector(), row.point().vector());
                }
                assertEquals(null, reader.next());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "fortran.npy, C order",
        "bigendian.npy, dtype",
        "complex.npy, dtype",
        "ids.npy, two dimensions",
        "brotli.parquet, codec",
        "bomb.jsonl.gz, lines of at most",
        "bomb.hdf5, more than 256 bytes",
    })
    void refusesWhatItCannotReadAndSaysWhy(String name, String reason) throws IOException {
        Path file = Sample.copy(name, folder);
        EngineException.InvalidArgument refused =
                assertThrows(EngineException.InvalidArgument.class, () -> Sample.rows(file, DEFAULT));
        assertEquals(true, refused.getMessage().contains(reason), refused.getMessage());
        assertEquals(true, refused.getMessage().contains(name), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"bigendian, little-endian", "flat, rows of", "missing, ''"})
    void refusesDatasetsThatAreNoMatrices(String dataset, String reason) throws IOException {
        Path file = Sample.copy("ann.hdf5", folder);
        EngineException.InvalidArgument refused = assertThrows(
                EngineException.InvalidArgument.class, () -> Sample.rows(file, DEFAULT.withDataset(dataset)));
        assertEquals(true, refused.getMessage().contains(reason), refused.getMessage());
    }
}
