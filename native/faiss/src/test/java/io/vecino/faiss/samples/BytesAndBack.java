package io.vecino.faiss.samples;

import static io.vecino.faiss.global.faiss.METRIC_L2;

import io.vecino.faiss.CheckedIndex;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/** An index as bytes, read again only after their checksum was found unchanged. */
final class BytesAndBack {
    private BytesAndBack() {}

    public static void main(String[] arguments) {
        try (Arena arena = Arena.ofConfined();
                CheckedIndex index = CheckedIndex.create(Data.DIMENSION, "IVF8,SQ8", METRIC_L2)) {
            MemorySegment vectors = Data.gaussian(arena);
            index.train(vectors);
            index.add(vectors);
            MemorySegment bytes = arena.allocate(index.bytes(), Long.BYTES);
            index.write(bytes::copyFrom);
            long written = checksum(bytes);
            Data.expect(checksum(bytes) == written, bytes.byteSize() + " bytes are unchanged");
            try (CheckedIndex read = CheckedIndex.open(bytes)) {
                Data.expect(read.size() == Data.COUNT, "all vectors are back");
            }
        }
    }

    private static long checksum(MemorySegment bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes.asByteBuffer());
        return sum.getValue();
    }
}
