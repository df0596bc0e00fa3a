package io.vecino.loading.file;

import java.util.Arrays;

/** Lines of text, of bounded length. For one thread. */
final class TextLines implements AutoCloseable {
    private static final int LONGEST = 4 << 20;
    private static final int FIRST = 1 << 16;

    private final Unpacking text;
    private byte[] buffer = new byte[FIRST];
    private int start;
    private int end;
    private int lineAt;
    private int lineEnd;
    private boolean ended;

    TextLines(Unpacking text) {
        this.text = text;
    }

    /** Goes to the next line that is not blank; false behind the last. */
    boolean next() {
        do {
            if (!advance()) {
                return false;
            }
            while (lineEnd > lineAt && buffer[lineEnd - 1] <= ' ' && buffer[lineEnd - 1] >= 0) {
                lineEnd--;
            }
        } while (lineEnd == lineAt);
        return true;
    }

    private boolean advance() {
        int from = start;
        while (true) {
            for (int i = from; i < end; i++) {
                if (buffer[i] == '\n') {
                    lineAt = start;
                    lineEnd = i;
                    start = i + 1;
                    return true;
                }
            }
            from = end;
            if (ended) {
                lineAt = start;
                lineEnd = end;
                start = end;
                return lineEnd > lineAt;
            }
            from -= more();
        }
    }

    /** Reads more behind what is in the buffer; returns by how much that was moved to the front. */
    private int more() {
        int moved = 0;
        if (end == buffer.length) {
            moved = start;
            if (end - start > buffer.length / 2) {
                if (end - start >= LONGEST) {
                    throw text.packed()
                            .wrong(
                                    text.packed().offset(),
                                    "lines of at most " + LONGEST + " bytes",
                                    "a longer one from byte " + (text.offset() - (end - start)) + " of the text on");
                }
                buffer = Arrays.copyOf(Arrays.copyOfRange(buffer, start, start + buffer.length), 2 * buffer.length);
            } else {
                System.arraycopy(buffer, start, buffer, 0, end - start);
            }
            end -= start;
            start = 0;
        }
        int got = text.read(buffer, end, buffer.length - end);
        ended = got < 0;
        end += Math.max(0, got);
        return moved;
    }

    byte[] buffer() {
        return buffer;
    }

    /** Where the line begins in {@link #buffer}. */
    int at() {
        return lineAt;
    }

    int length() {
        return lineEnd - lineAt;
    }

    Unpacking text() {
        return text;
    }

    @Override
    public void close() {
        text.close();
    }
}
