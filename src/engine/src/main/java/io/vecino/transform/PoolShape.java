package io.vecino.transform;

/**
 * The rows of one step of a listwise training: neighbourhoods first, then rows from everywhere; anchors come from the
 * neighbourhoods, or from everywhere if there are none. All anchors are compared with all rows.
 *
 * @param blocks of {@link ListwiseGradient#BLOCK} rows
 * @param groups neighbourhoods; may be 0
 * @param groupBlocks blocks of each neighbourhood
 * @param anchors in all
 */
record PoolShape(int blocks, int groups, int groupBlocks, int anchors) {
    PoolShape {
        if (groups * groupBlocks > blocks || blocks < 1 || anchors < Math.max(1, groups)) {
            throw new IllegalArgumentException(
                    "pool: " + groups + " × " + groupBlocks + " of " + blocks + " blocks, " + anchors + " anchors");
        }
    }

    int rows() {
        return blocks * ListwiseGradient.BLOCK;
    }

    /** Rows of one neighbourhood. */
    int groupRows() {
        return groupBlocks * ListwiseGradient.BLOCK;
    }

    /** Pool rows that anchors are drawn from, the first ones. */
    int anchorRows() {
        return groups == 0 ? rows() : groups * groupRows();
    }
}
