package io.vecino.faiss;

import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.NullMarked;

/**
 * Off-heap memory as JavaCPP pointers, and FAISS's memory as segments; nothing is copied, and sizes beyond 2 GiB work.
 *
 * <p>A pointer made here keeps its segment reachable, but does not keep an arena open: closing the arena while FAISS
 * reads or writes the memory is a use after free. FAISS cannot see that a segment is read-only; pass such a segment
 * only where it reads.
 */
@NullMarked
public final class Segments {
    private Segments() {}

    /** The floats of a native segment, {@code byteSize() / 4} of them. */
    public static FloatPointer floats(MemorySegment segment) {
        return new Floats(checked(segment, Float.BYTES));
    }

    /** The 64-bit integers of a native segment, {@code byteSize() / 8} of them. */
    public static LongPointer longs(MemorySegment segment) {
        return new Longs(checked(segment, Long.BYTES));
    }

    /** The bytes of a native segment. */
    public static BytePointer bytes(MemorySegment segment) {
        return new Bytes(checked(segment, Byte.BYTES));
    }

    /** Selects the ids whose bit is set: bit {@code id % 8} of byte {@code id / 8}. Ids beyond are not selected. */
    public static IDSelectorBitmap bitmap(MemorySegment bits) {
        return new Bitmap(bytes(bits));
    }

    /** The vector's elements; valid until the vector is resized or its owner is closed. */
    public static MemorySegment of(FloatVector vector) {
        return view(io.vecino.faiss.global.faiss.data(vector), vector.size() * Float.BYTES);
    }

    /** The vector's elements; valid until the vector is resized or its owner is closed. */
    public static MemorySegment of(ByteVector vector) {
        return view(io.vecino.faiss.global.faiss.data(vector), vector.size());
    }

    /** The vector's elements; valid until the vector is resized or its owner is closed. */
    public static MemorySegment of(LongVector vector) {
        return view(io.vecino.faiss.global.faiss.data(vector), vector.size() * Long.BYTES);
    }

    // The address and the size come from the same std::vector.
    @SuppressWarnings("restricted")
    private static MemorySegment view(Pointer data, long bytes) {
        return bytes == 0
                ? MemorySegment.NULL
                : MemorySegment.ofAddress(data.address()).reinterpret(bytes);
    }

    private static MemorySegment checked(MemorySegment segment, int elementBytes) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException(
                    "FAISS needs native memory, got a heap segment of " + segment.byteSize() + " bytes");
        }
        if (segment.byteSize() % elementBytes != 0 || segment.address() % elementBytes != 0) {
            throw new IllegalArgumentException("expected elements of " + elementBytes + " bytes, got "
                    + segment.byteSize() + " bytes at address " + segment.address());
        }
        return segment;
    }

    private static final class Floats extends FloatPointer {
        @SuppressWarnings({"unused", "FieldCanBeLocal"}) // keeps memory of an automatic arena alive
        private final MemorySegment segment;

        Floats(MemorySegment segment) {
            super((Pointer) null);
            this.segment = segment;
            address = segment.address();
            capacity(segment.byteSize() / Float.BYTES);
        }
    }

    private static final class Longs extends LongPointer {
        @SuppressWarnings({"unused", "FieldCanBeLocal"}) // keeps memory of an automatic arena alive
        private final MemorySegment segment;

        Longs(MemorySegment segment) {
            super((Pointer) null);
            this.segment = segment;
            address = segment.address();
            capacity(segment.byteSize() / Long.BYTES);
        }
    }

    private static final class Bytes extends BytePointer {
        @SuppressWarnings({"unused", "FieldCanBeLocal"}) // keeps memory of an automatic arena alive
        private final MemorySegment segment;

        Bytes(MemorySegment segment) {
            super((Pointer) null);
            this.segment = segment;
            address = segment.address();
            capacity(segment.byteSize());
        }
    }

    private static final class Bitmap extends IDSelectorBitmap {
        @SuppressWarnings({"unused", "FieldCanBeLocal"}) // keeps memory of an automatic arena alive
        private final BytePointer bits;

        Bitmap(BytePointer bits) {
            super(bits.capacity(), bits);
            this.bits = bits;
        }
    }
}
