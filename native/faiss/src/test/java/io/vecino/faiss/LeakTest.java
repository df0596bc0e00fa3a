package io.vecino.faiss;

import static io.vecino.faiss.global.faiss.index_factory;
import static io.vecino.faiss.global.faiss.read_index;
import static io.vecino.faiss.global.faiss.write_index;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class LeakTest {
    private static final int CYCLES = 10_000;

    @Test
    void closedIndexesGiveTheirMemoryBack() {
        try (Arena arena = Arena.ofConfined()) {
            Points points = Points.gaussian(arena, 200, 32, 81);
            String[] factories = {"IVF4,Flat", "HNSW8,Flat", "PCA16,Flat", "SQ8"};
            long settled = 0;
            for (int i = 0; i < CYCLES; i++) {
                cycle(factories[i % factories.length], points);
                if (i == CYCLES / 4) {
                    settled = Pointer.physicalBytes();
                }
            }
            // One index holds at least 6 kB of codes: a leak of each would be 48 MB and more.
            long grown = Pointer.physicalBytes() - settled;
            System.out.println("resident memory grew by " + grown / 1024 + " KiB over " + CYCLES * 3 / 4 + " cycles");
            assertTrue(grown < 24L << 20, "grew by " + grown + " bytes");
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
