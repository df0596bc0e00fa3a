package io.vecino.transform;

import io.vecino.storage.CheckedBytes;
import io.vecino.storage.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Transforms one after the other; biases add up. */
public final class Chain implements Transform {
    private static final int MAGIC = 0x56434841; // "VCHA"
    private static final int VERSION = 1;
    private static final String NAME = "chain of transforms";
    private static final int MAX_LINKS = 16;

    private final List<Transform> links;

    /** @param links at least one; each takes what the one before gives */
    Chain(List<Transform> links) {
        this.links = List.copyOf(links);
    }

    List<Transform> links() {
        return links;
    }

    @Override
    public int inputDimension() {
        return links.getFirst().inputDimension();
    }

    @Override
    public int outputDimension() {
        return links.getLast().outputDimension();
    }

    @Override
    public Similarity similarity() {
        return links.getLast().similarity();
    }

    @Override
    public boolean biased() {
        return links.stream().anyMatch(Transform::biased);
    }

    @Override
    public String scoreName() {
        Transform named = links.getLast();
        for (Transform link : links) {
            named = link instanceof RandomRotation ? named : link;
        }
        return named.scoreName() + (biased() && !named.biased() ? "+correction" : "");
    }

    @Override
    public String origin() {
        return links.stream().map(Transform::origin).collect(Collectors.joining(" + "));
    }

    @Override
    public void points(MemorySegment rows, int count, MemorySegment out, MemorySegment biases) {
        if (biased()) {
            biases.asSlice(0, (long) count * Float.BYTES).fill((byte) 0);
        }
        try (Scratch scratch = new Scratch()) {
            MemorySegment own = scratch.floats((long) count);
            MemorySegment current = rows;
            for (int i = 0; i < links.size(); i++) {
                Transform link = links.get(i);
                MemorySegment next =
                        i == links.size() - 1 ? out : scratch.floats((long) count * link.outputDimension());
                link.points(current, count, next, link.biased() ? own : MemorySegment.NULL);
                if (link.biased()) {
                    add(own, biases, count);
                }
                current = next;
            }
        }
    }

    private static void add(MemorySegment from, MemorySegment to, int count) {
        for (int i = 0; i < count; i++) {
            float sum = to.getAtIndex(ValueLayout.JAVA_FLOAT, i) + from.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            to.setAtIndex(ValueLayout.JAVA_FLOAT, i, sum);
        }
    }

    @Override
    public void query(MemorySegment query, MemorySegment out) {
        try (Scratch scratch = new Scratch()) {
            MemorySegment current = query;
            for (int i = 0; i < links.size(); i++) {
                MemorySegment next = i == links.size() - 1
                        ? out
                        : scratch.floats((long) links.get(i).outputDimension());
                links.get(i).query(current, next);
                current = next;
            }
        }
    }

    /** Little-endian, in a {@link CheckedBytes} frame: i32 number of links; per link i32 length and its bytes. */
    @Override
    public byte[] toBytes() {
        List<byte[]> parts = links.stream().map(Transform::toBytes).toList();
        int size = Integer.BYTES
                + parts.stream().mapToInt(part -> Integer.BYTES + part.length).sum();
        return CheckedBytes.write(MAGIC, VERSION, size, body -> {
            body.putInt(parts.size());
            parts.forEach(part -> body.putInt(part.length).put(part));
        });
    }

    static boolean recognises(byte[] bytes) {
        return CheckedBytes.recognises(MAGIC, bytes);
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException if it is of another version, truncated or damaged
     */
    static Chain fromBytes(byte[] bytes) {
        ByteBuffer body = CheckedBytes.read(MAGIC, VERSION, NAME, bytes);
        int count = body.remaining() < Integer.BYTES ? 0 : body.getInt();
        CheckedBytes.require(NAME, count >= 1 && count <= MAX_LINKS, "1 to " + MAX_LINKS + " links", count);
        List<Transform> links = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = body.remaining() < Integer.BYTES ? -1 : body.getInt();
            CheckedBytes.require(NAME, length >= 0 && length <= body.remaining(), "a link", length);
            byte[] part = new byte[length];
            body.get(part);
            Transform link = Transforms.fromBytes(part);
            CheckedBytes.require(
                    NAME,
                    links.isEmpty() || links.getLast().outputDimension() == link.inputDimension(),
                    "links that fit",
                    link.inputDimension());
            links.add(link);
        }
        return new Chain(links);
    }
}
