package io.vecino.segment;

import java.util.Locale;

/** The files of a sealed segment, with the kind that their headers state. */
enum SegmentFile {
    /** {@link IdTable}. */
    IDS(1),
    /** The index, as it saves itself. */
    INDEX(2),
    /** The field indexes of payloads. */
    FIELDS(3);

    private final int kind;

    SegmentFile(int kind) {
        this.kind = kind;
    }

    int kind() {
        return kind;
    }

    String fileName(long segment) {
        return segment + "." + name().toLowerCase(Locale.ROOT);
    }
}
