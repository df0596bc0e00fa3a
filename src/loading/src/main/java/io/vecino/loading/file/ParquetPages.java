package io.vecino.loading.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one column in one row group, read one at a time: a row group can be as large as the file, a page is about a
 * megabyte.
 */
final class ParquetPages implements PageReader, AutoCloseable {
    private static final int MOST_BYTES = 256 << 20;
    private static final ParquetMetadataConverter CONVERTER = new ParquetMetadataConverter();

    private final ColumnChunkMetaData column;
    private final ByteInput in;
    private final long end;
    private long values;
    private @Nullable PageHeader ahead;

    ParquetPages(Path path, ColumnChunkMetaData column) {
        this.column = column;
        this.in = ByteInput.of(path);
        long start = column.getStartingPos();
        this.end = start + column.getTotalSize();
        long size = in.size().orElse(0);
        if (start < 0 || column.getTotalSize() < 0 || end < start || end > size) {
            in.close();
            throw in.wrong(
                    Math.max(0, start), "a column of " + column.getTotalSize() + " bytes", size + " bytes in all");
        }
        in.pass(start);
    }

    String where() {
        return in.name() + " at byte " + in.offset();
    }

    private PageHeader header() throws IOException {
        PageHeader header = ahead == null ? Util.readPageHeader(in) : ahead;
        ahead = null;
        int packed = header.getCompressed_page_size();
        int size = header.getUncompressed_page_size();
        if (packed < 0 || packed > end - in.offset() || size < 0 || size > MOST_BYTES) {
            throw in.wrong(
                    in.offset(),
                    "a page of at most " + Math.min(end - in.offset(), MOST_BYTES) + " bytes",
                    packed + " bytes, " + size + " unpacked");
        }
        return header;
    }

    private byte[] body(PageHeader header) {
        long at = in.offset();
        byte[] bytes = in.take(header.getCompressed_page_size(), "a page");
        if (header.isSetCrc()) {
            CRC32 crc = new CRC32();
            crc.update(bytes);
            if ((int) crc.getValue() != header.getCrc()) {
                throw in.wrong(at, "CRC32 " + header.getCrc() + " of a page", String.valueOf((int) crc.getValue()));
            }
        }
        return bytes;
    }

    private BytesInput unpacked(byte[] packed, int size) throws IOException {
        return BytesInput.from(ParquetCodec.unpack(column.getCodec(), packed, size));
    }

    @Override
    public @Nullable DictionaryPage readDictionaryPage() {
        return Hostile.<@Nullable DictionaryPage>call(this::where, "a dictionary page", () -> {
            if (column.getValueCount() == 0) {
                return null;
            }
            PageHeader header = header();
            if (header.getType() != PageType.DICTIONARY_PAGE) {
                ahead = header;
                return null;
            }
            DictionaryPageHeader page = header.getDictionary_page_header();
            if (page == null) {
                throw new IOException("a page without its header");
            }
            BytesInput bytes = unpacked(body(header), header.getUncompressed_page_size());
            return new DictionaryPage(bytes, page.getNum_values(), CONVERTER.getEncoding(page.getEncoding()));
        });
    }

    @Override
    public long getTotalValueCount() {
        return column.getValueCount();
    }

    @Override
    public @Nullable DataPage readPage() {
        return Hostile.<@Nullable DataPage>call(this::where, "a data page", () -> {
            while (values < column.getValueCount()) {
                PageHeader header = header();
                if (header.getType() == PageType.DATA_PAGE) {
                    return plain(header, header.getData_page_header());
                }
                if (header.getType() == PageType.DATA_PAGE_V2) {
                    return levelsApart(header, header.getData_page_header_v2());
                }
                in.pass(header.getCompressed_page_size());
            }
            return null;
        });
    }

    private DataPage plain(PageHeader header, @Nullable DataPageHeader page) throws IOException {
        if (page == null) {
            throw new IOException("a page without its header");
        }
        count(page.getNum_values());
        return new DataPageV1(
                unpacked(body(header), header.getUncompressed_page_size()),
                page.getNum_values(),
                header.getUncompressed_page_size(),
                null,
                CONVERTER.getEncoding(page.getRepetition_level_encoding()),
                CONVERTER.getEncoding(page.getDefinition_level_encoding()),
                CONVERTER.getEncoding(page.getEncoding()));
    }

    private DataPage levelsApart(PageHeader header, @Nullable DataPageHeaderV2 page) throws IOException {
        if (page == null) {
            throw new IOException("a page without its header");
        }
        count(page.getNum_values());
        byte[] bytes = body(header);
        int repetition = page.getRepetition_levels_byte_length();
        int definition = page.getDefinition_levels_byte_length();
        int levels = repetition + definition;
        if (repetition < 0 || definition < 0 || levels < 0 || levels > bytes.length) {
            throw new IOException("levels of " + repetition + " and " + definition + " bytes in " + bytes.length);
        }
        byte[] data = Arrays.copyOfRange(bytes, levels, bytes.length);
        BytesInput values = page.isIs_compressed()
                ? unpacked(data, header.getUncompressed_page_size() - levels)
                : BytesInput.from(data);
        return DataPageV2.uncompressed(
                page.getNum_rows(),
                page.getNum_nulls(),
                page.getNum_values(),
                BytesInput.from(bytes, 0, repetition),
                BytesInput.from(bytes, repetition, definition),
                CONVERTER.getEncoding(page.getEncoding()),
                values,
                null);
    }

    private void count(int more) throws IOException {
        if (more < 0 || more > column.getValueCount() - values) {
            throw new IOException(more + " values in a page, where " + (column.getValueCount() - values) + " are left");
        }
        values += more;
    }

    @Override
    public void close() {
        in.close();
    }
}
