package io.vecino.loading.file;

import io.vecino.model.EngineException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.jspecify.annotations.Nullable;

/** The rows of one row group. */
final class ParquetRows implements AutoCloseable {
    private static final int FIRST_GROWTH = 64;

    private final List<ParquetColumn> columns;
    private final ParquetColumn vector;
    private final List<ParquetPages> pages = new ArrayList<>();
    private final List<ColumnReader> readers = new ArrayList<>();
    private int dimension = FIRST_GROWTH;

    private ParquetRows(List<ParquetColumn> columns, ParquetColumn vector) {
        this.columns = columns;
        this.vector = vector;
    }

    static ParquetRows open(
            Path path, FileMetaData file, BlockMetaData block, List<ParquetColumn> columns, ParquetColumn vector) {
        ParquetRows rows = new ParquetRows(columns, vector);
        try {
            for (ParquetColumn column : columns) {
                rows.add(path, file, block, column.leaf());
            }
            rows.add(path, file, block, vector.leaf());
            return rows;
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    private void add(Path path, FileMetaData file, BlockMetaData block, ColumnDescriptor leaf) {
        ColumnChunkMetaData chunk = block.getColumns().stream()
                .filter(column -> Arrays.equals(column.getPath().toArray(), leaf.getPath()))
                .findFirst()
                .orElseThrow(() -> new EngineException.InvalidArgument(
                        path.toString(), "column " + String.join(".", leaf.getPath()) + " in each row group", "none"));
        if (chunk.getValueCount() < block.getRowCount()
                || (leaf.getMaxRepetitionLevel() == 0 && chunk.getValueCount() != block.getRowCount())) {
            throw new EngineException.InvalidArgument(
                    path + " column " + String.join(".", leaf.getPath()),
                    block.getRowCount() + " rows of values",
                    chunk.getValueCount() + " values");
        }
        ParquetPages column = new ParquetPages(path, chunk);
        pages.add(column);
        readers.add(Hostile.call(
                column::where,
                "readable pages",
                () -> new ColumnReadStoreImpl(
                                new OneColumn(column, block.getRowCount()),
                                new Nothing(file.getSchema()),
                                file.getSchema(),
                                file.getCreatedBy())
                        .getColumnReader(leaf)));
    }

    String where() {
        return pages.getLast().where();
    }

    /** The single values of a row; null where there is none. */
    List<@Nullable Object> fields() {
        List<@Nullable Object> values = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            ColumnReader reader = readers.get(i);
            boolean there =
                    reader.getCurrentDefinitionLevel() == columns.get(i).leaf().getMaxDefinitionLevel();
            values.add(there ? columns.get(i).value(reader) : null);
            reader.consume();
        }
        return values;
    }

    /** The vector of a row; to be called once per row. */
    float[] vector(int most) {
        ColumnReader reader = readers.getLast();
        int there = vector.leaf().getMaxDefinitionLevel();
        float[] values = new float[dimension];
        int count = 0;
        boolean whole = true;
        do {
            if (reader.getCurrentDefinitionLevel() == there) {
                if (count == values.length && count < most) {
                    values = Arrays.copyOf(values, Math.min(most, 2 * count));
                }
                if (count < most) {
                    values[count] = vector.element(reader);
                }
                count++;
            } else {
                whole = false;
            }
            reader.consume();
        } while (reader.getCurrentRepetitionLevel() > 0);
        if (!whole) {
            throw new BadRowException(vector.name(), "a list of numbers", "null, or one with null in it");
        }
        if (count > most) {
            throw new BadRowException(vector.name(), "at most " + most + " values", String.valueOf(count));
        }
        dimension = Math.max(1, count);
        return count == values.length ? values : Arrays.copyOf(values, count);
    }

    /** Passes over a row. */
    void skip() {
        for (int i = 0; i < columns.size(); i++) {
            readers.get(i).skip();
            readers.get(i).consume();
        }
        ColumnReader reader = readers.getLast();
        do {
            reader.skip();
            reader.consume();
        } while (reader.getCurrentRepetitionLevel() > 0);
    }

    @Override
    public void close() {
        pages.forEach(ParquetPages::close);
    }

    private record OneColumn(PageReader pages, long rows) implements PageReadStore {
        @Override
        public PageReader getPageReader(ColumnDescriptor descriptor) {
            return pages;
        }

        @Override
        public long getRowCount() {
            return rows;
        }

        @Override
        public Optional<PrimitiveIterator.OfLong> getRowIndexes() {
            return Optional.empty();
        }
    }

    /** Readers want to be told where values go; ours are asked for them. */
    private static final class Nothing extends GroupConverter {
        private final GroupType type;

        Nothing(GroupType type) {
            this.type = type;
        }

        @Override
        public Converter getConverter(int field) {
            return type.getType(field).isPrimitive()
                    ? new PrimitiveConverter() {}
                    : new Nothing(type.getType(field).asGroupType());
        }

        @Override
        public void start() {}

        @Override
        public void end() {}
    }
}
