package io.vecino.transform;

import io.vecino.storage.CheckedBytes;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Queries and points mapped by matrices of their own, of the same dimensions and compared alike. */
public final class PairedTransform implements Transform {
    private static final int MAGIC = 0x56504149; // "VPAI"
    private static final int VERSION = 1;
    private static final String NAME = "pair of transforms";

    private final LinearTransform queries;
    private final LinearTransform points;

    /** @param points named in reports */
    PairedTransform(LinearTransform queries, LinearTransform points) {
        this.queries = queries;
        this.points = points;
    }

    /** The same maps with another account of their training. */
    PairedTransform with(String origin) {
        return new PairedTransform(queries, points.with(origin));
    }

    LinearTransform ofPoints() {
        return points;
    }

    @Override
    public int inputDimension() {
        return points.inputDimension();
    }

    @Override
    public int outputDimension() {
        return points.outputDimension();
    }

    @Override
    public Similarity similarity() {
        return points.similarity();
    }

    @Override
    public boolean biased() {
        return points.biased();
    }

    @Override
    public String scoreName() {
        return points.scoreName();
    }

    @Override
    public String origin() {
        return points.origin();
    }

    @Override
    public void points(MemorySegment rows, int count, MemorySegment out, MemorySegment biases) {
        points.points(rows, count, out, biases);
    }

    @Override
    public void query(MemorySegment query, MemorySegment out) {
        queries.query(query, out);
    }

    /** Little-endian, in a {@link CheckedBytes} frame: i32 length of the queries' map; that map; the points' map. */
    @Override
    public byte[] toBytes() {
        byte[] first = queries.toBytes();
        byte[] second = points.toBytes();
        return CheckedBytes.write(
                MAGIC,
                VERSION,
                Integer.BYTES + first.length + second.length,
                body -> body.putInt(first.length).put(first).put(second));
    }

    static boolean recognises(byte[] bytes) {
        return CheckedBytes.recognises(MAGIC, bytes);
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException if it is of another version, truncated or damaged
     */
    static PairedTransform fromBytes(byte[] bytes) {
        ByteBuffer body = CheckedBytes.read(MAGIC, VERSION, NAME, bytes);
        int length = body.remaining() < Integer.BYTES ? -1 : body.getInt();
        CheckedBytes.require(NAME, length >= 0 && length <= body.remaining(), "a map", length);
        byte[] first = new byte[length];
        byte[] second = new byte[body.remaining() - length];
        body.get(first).get(second);
        LinearTransform queries = LinearTransform.fromBytes(first);
        LinearTransform points = LinearTransform.fromBytes(second);
        CheckedBytes.require(
                NAME,
                queries.inputDimension() == points.inputDimension()
                        && queries.outputDimension() == points.outputDimension()
                        && queries.scoreName().equals(points.scoreName()),
                "maps that fit",
                queries.outputDimension());
        return new PairedTransform(queries, points);
    }
}
