package io.vecino.segment;

import io.vecino.index.VectorIndex;
import io.vecino.storage.DamagedFileException;

/** Opens the files of a sealed segment. */
public final class SegmentReader {
    private SegmentReader() {}

    /**
     * Opens and verifies a segment; it holds its first reference.
     *
     * @param blueprint that it was built with
     * @throws DamagedFileException naming the file, if one is missing or damaged
     */
    public static SealedSegment open(SegmentFolder folder, long number, SegmentWriter.Blueprint blueprint)
            throws DamagedFileException {
        IdTable ids = IdTable.of(folder.open(number, SegmentFile.IDS));
        try {
            VectorIndex index = IndexChoice.open(
                    blueprint.index(),
                    blueprint.pipeline(),
                    folder.open(number, SegmentFile.INDEX),
                    blueprint.memory(),
                    1);
            if (index.size() != ids.size()) {
                index.close();
                throw new DamagedFileException(
                        "segment " + number + ": expected an index of " + ids.size() + " points, got " + index.size());
            }
            return new SealedSegment(folder, number, blueprint, ids, index);
        } catch (DamagedFileException | RuntimeException e) {
            ids.close();
            throw e;
        }
    }
}
