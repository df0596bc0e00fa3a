package io.vecino.faiss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentsTest {
    @Test
    void refusesHeapAndMisalignedSegments() {
        assertThrows(IllegalArgumentException.class, () -> Segments.floats(MemorySegment.ofArray(new float[4])));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(64, 8);
            assertThrows(IllegalArgumentException.class, () -> Segments.floats(memory.asSlice(1, 8)));
            assertThrows(IllegalArgumentException.class, () -> Segments.longs(memory.asSlice(0, 12)));
        }
    }

    @Test
    void reachesBeyondTwoGibibytes(@TempDir Path folder) throws IOException {
        long rows = (3L << 30) / (8 * Float.BYTES);
        try (Arena arena = Arena.ofConfined();
                IndexFlatL2 index = new IndexFlatL2(8);
                FileChannel sparse = FileChannel.open(
                        folder.resolve("sparse"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            MemorySegment memory = sparse.map(FileChannel.MapMode.READ_WRITE, 0, rows * 8 * Float.BYTES, arena);
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, rows * 8 - 1, 42f);
            FloatPointer pointer = Segments.floats(memory);
            assertEquals(rows * 8, pointer.capacity());

            index.add(1, pointer.position((rows - 1) * 8));
            float[] last = new float[8];
            index.reconstruct(0, last);
            assertEquals(42f, last[7]);
        }
    }
}
