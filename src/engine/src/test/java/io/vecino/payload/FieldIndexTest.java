package io.vecino.payload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.RandomFilters;
import io.vecino.Vectors;
import io.vecino.model.EngineException;
import io.vecino.model.FieldType;
import io.vecino.model.Filter;
import io.vecino.model.FilterValues;
import io.vecino.model.Payload;
import io.vecino.model.PointId;
import io.vecino.storage.CheckedFile;
import io.vecino.storage.CheckedFileWriter;
import io.vecino.storage.DamagedFileException;
import io.vecino.storage.Disk;
import io.vecino.storage.FormatHeader;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

class FieldIndexTest {
    private static final int SIZE = 1_000;
    private static final List<FieldType> TYPES = List.of(FieldType.values());
    private static final FormatHeader HEADER = new FormatHeader(3, 1, 1);

    @TempDir
    private Path directory;

    private final Random random = Vectors.random("FieldIndexTest");
    private final RandomFilters filters = new RandomFilters(random);

    private record Source(int size, java.util.function.Function<String, @Nullable FieldIndex> fields)
            implements FilterPlan.Source {
        @Override
        public @Nullable FieldIndex field(String path) {
            return fields.apply(path);
        }

        @Override
        public MutableRoaringBitmap ordinals(Set<PointId> ids) {
            MutableRoaringBitmap found = new MutableRoaringBitmap();
            for (int i = 0; i < size; i++) {
                if (ids.contains(PointId.of(i))) {
                    found.add(i);
                }
            }
            return found;
        }
    }

    /** Whatever type a field is indexed as: nothing that matches is missed, and an exact answer is exact. */
    @Test
    void everyIndexAgreesWithThePayloads() throws DamagedFileException {
        int exact = 0;
        for (int round = 0; round < 5; round++) {
            List<Payload> payloads = new ArrayList<>();
            Map<String, FieldType> types = new HashMap<>();
            for (String field : RandomFilters.FIELDS) {
                if (random.nextInt(5) > 0) {
                    types.put(field, TYPES.get(random.nextInt(TYPES.size())));
                }
            }
            FieldSchema schema = new FieldSchema(types);
            FieldsWriter writer = new FieldsWriter(schema);
            for (int i = 0; i < SIZE; i++) {
                payloads.add(filters.payload());
                writer.add(schema.extract(payloads.get(i)));
            }
            Path path = directory.resolve("fields" + round);
            try (CheckedFileWriter file = new CheckedFileWriter(Disk.LOCAL, path, HEADER)) {
                writer.save(file);
                file.finish();
            }
            try (FieldsFile file = FieldsFile.open(schema, CheckedFile.open(path, HEADER))) {
                for (int i = 0; i < 300; i++) {
                    Filter filter = filters.filter(3);
                    exact += agrees(filter, payloads, new Source(SIZE, file::field)) ? 1 : 0;
                    assertTrue(agrees(filter, payloads, new Source(SIZE, rows(payloads))), "rows are exact");
                }
            }
        }
        assertTrue(exact > 250, exact + " of 1500 filters answered by indexes alone");
    }

    private static java.util.function.Function<String, @Nullable FieldIndex> rows(List<Payload> payloads) {
        return path -> new FieldRows(SIZE, row -> FilterMatch.value(payloads.get(row), path));
    }

    private static boolean agrees(Filter filter, List<Payload> payloads, Source source) {
        Selection selection = FilterPlan.select(filter, source);
        for (int i = 0; i < SIZE; i++) {
            boolean holds = FilterMatch.holds(filter, PointId.of(i), payloads.get(i));
            boolean selected = selection.ordinals().contains(i);
            assertTrue(selected || !holds, filter + " misses " + payloads.get(i));
            assertTrue(!selection.exact() || selected == holds, filter + " finds " + payloads.get(i));
        }
        return selection.exact();
    }

    @Test
    void aFileOfAnotherSchemaIsRefused() throws DamagedFileException {
        Path path = directory.resolve("fields");
        FieldsWriter writer = new FieldsWriter(new FieldSchema(Map.of("a", FieldType.KEYWORD)));
        writer.add(new Object[] {"x"});
        try (CheckedFileWriter file = new CheckedFileWriter(Disk.LOCAL, path, HEADER)) {
            writer.save(file);
            file.finish();
        }
        for (Map<String, FieldType> types :
                List.of(Map.of("a", FieldType.INTEGER), Map.of("a", FieldType.KEYWORD, "b", FieldType.KEYWORD))) {
            CheckedFile file = CheckedFile.open(path, HEADER);
            assertThrows(
                    DamagedFileException.class,
                    () -> FieldsFile.open(new FieldSchema(types), file).close());
        }
    }

    @Test
    void numbersAreComparedExactly() {
        double[] reals = {0, -0.0, 1.5, -1.5, 0x1p53, 0x1p53 + 2, 0x1p63, -0x1p63, 1e300, Double.MIN_VALUE};
        long[] wholes = {0, 1, -1, -2, (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 1};
        for (double real : reals) {
            for (long whole : wholes) {
                int expected = new BigDecimal(whole).compareTo(new BigDecimal(real));
                assertEquals(expected, Integer.signum(FilterValues.compare(whole, real)), whole + " and " + real);
                assertEquals(-expected, Integer.signum(FilterValues.compare(real, whole)), whole + " and " + real);
            }
            for (double other : reals) {
                int expected = new BigDecimal(real).compareTo(new BigDecimal(other));
                assertEquals(expected, Integer.signum(FilterValues.compare(real, other)), real + " and " + other);
            }
        }
    }

    @Test
    void filtersThatMakeNoSenseAreRefused() {
        assertThrows(EngineException.InvalidArgument.class, () -> new Filter.Range("f", null, null, null, null));
        assertThrows(EngineException.InvalidArgument.class, () -> new Filter.Range("f", 1L, null, "2020", null));
        assertThrows(EngineException.InvalidArgument.class, () -> new Filter.Range("f", "x", null, null, null));
        assertThrows(EngineException.InvalidArgument.class, () -> Filter.eq("f", List.of()));
        assertThrows(EngineException.InvalidArgument.class, () -> Filter.eq("f", Double.NaN));
        Filter deep = Filter.eq("f", 1);
        for (int i = 0; i < Filter.MAX_DEPTH; i++) {
            deep = new Filter.Not(deep);
        }
        Filter tooDeep = deep;
        assertThrows(EngineException.InvalidArgument.class, () -> Filter.checked(tooDeep));
        Filter wide = new Filter.All(java.util.Collections.nCopies(Filter.MAX_CLAUSES, Filter.eq("f", 1)));
        assertThrows(EngineException.InvalidArgument.class, () -> Filter.checked(wide));
    }
}
