package io.vecino.faiss;

import static io.vecino.faiss.global.faiss.index_factory;
import static io.vecino.faiss.global.faiss.read_index;
import static io.vecino.faiss.global.faiss.write_index;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LeakTest {
    private static final String[] FACTORIES = {"IVF4,Flat", "HNSW8,Flat", "PCA16,Flat", "SQ8"};
    private static final long NOISE = 24L << 20;

    /** The four indexes hold 52 kB of codes on average: a leak of one per cycle would be 39 MB. */
    @Test
    void closedIndexesGiveTheirMemoryBack() {
        assertFlat(1_000, 600);
    }

    /** 17 kB of codes on average: a leak of one per cycle would be 132 MB. */
    @Test
    @Tag("long")
    void tenThousandClosedIndexesGiveTheirMemoryBack() {
        assertFlat(10_000, 200);
    }

    private static void assertFlat(int cycles, int rows) {
        try (Arena arena = Arena.ofConfined()) {
            Points points = Points.gaussian(arena, rows, 32, 81);
            long settled = 0;
            for (int i = 0; i < cycles; i++) {
                cycle(FACTORIES[i % FACTORIES.length], points);
                if (i == cycles / 4) {
                    settled = Pointer.physicalBytes();
                }
            }
            long grown = Pointer.physicalBytes() - settled;
            System.out.println("resident memory grew by " + grown / 1024 + " KiB over " + cycles * 3 / 4 + " cycles");
            assertTrue(grown < NOISE, "grew by " + grown + " bytes");
        }
    }

    private static void cycle(String factory, Points points) {
        try (Index index = index_factory(points.dimension(), factory);
                VectorIOWriter writer = new VectorIOWriter()) {
            index.train(points.count(), points.pointer());
            index.add(points.count(), points.pointer());
            Points.search(index, points.first(4), 5);
            write_index(index, writer);
            MemorySegment bytes = Segments.of(writer.data());
            try (MemoryIOReader reader = new MemoryIOReader(Segments.bytes(bytes), bytes.byteSize())) {
                read_index(reader).close();
            }
        }
    }
}
