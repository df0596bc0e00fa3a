package io.vecino.segment;

import io.vecino.index.VectorIndex;
import io.vecino.model.MemoryUse;
import io.vecino.payload.FieldsFile;
import io.vecino.storage.DamagedFileException;
import org.jspecify.annotations.Nullable;

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
        VectorIndex index = IndexChoice.open(
                blueprint.index(),
                blueprint.pipeline(),
                folder.open(number, SegmentFile.INDEX),
                blueprint.memory().on(MemoryUse.LOADED),
                1);
        try {
            return around(index, folder, number, blueprint);
        } catch (DamagedFileException | RuntimeException e) {
            index.close();
            throw e;
        }
    }

    private static SealedSegment around(
            VectorIndex index, SegmentFolder folder, long number, SegmentWriter.Blueprint blueprint)
            throws DamagedFileException {
        IdTable ids = IdTable.of(folder.open(number, SegmentFile.IDS));
        try {
            if (index.size() != ids.size()) {
                throw new DamagedFileException(
                        "segment " + number + ": expected an index of " + ids.size() + " points, got " + index.size());
            }
            @Nullable
            FieldsFile fields = blueprint.fields().size() == 0
                    ? null
                    : FieldsFile.open(blueprint.fields(), folder.open(number, SegmentFile.FIELDS));
            return new SealedSegment(folder, number, blueprint, ids, fields, index);
        } catch (DamagedFileException | RuntimeException e) {
            ids.close();
            throw e;
        }
    }
}
