package io.vecino.index.faiss;

import io.vecino.model.EngineException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many centroids a factory string learns at once, which is the least number of rows to train with. FAISS asks for 39
 * times as many.
 */
record TrainingNeed(String factory, long centroids) {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingNeed.class);
    private static final int ROWS_PER_CENTROID = 39;
    private static final int DEFAULT_BITS = 8;
    private static final int MAX_BITS = 24;
    private static final Pattern LISTS = Pattern.compile("(?<![A-Za-z])IVF(\\d{1,9})");
    private static final Pattern CODEWORDS =
            Pattern.compile("(?<![A-Za-z])(?:PQ|IMI|RQ|LSQ)\\d+(?:x(\\d{1,2}))?|(?:PRQ|PLSQ)\\d+x\\d+x(\\d{1,2})");

    static TrainingNeed of(String factory) {
        long centroids = 0;
        Matcher lists = LISTS.matcher(factory);
        while (lists.find()) {
            centroids = Math.max(centroids, Long.parseLong(lists.group(1)));
        }
        Matcher words = CODEWORDS.matcher(factory);
        while (words.find()) {
            String bits = words.group(1) != null ? words.group(1) : words.group(2);
            int width = bits == null ? DEFAULT_BITS : Math.min(MAX_BITS, Integer.parseInt(bits));
            centroids = Math.max(centroids, 1L << width);
        }
        return new TrainingNeed(factory, centroids);
    }

    /** Whether so many rows train good centroids. */
    boolean wellServedBy(long rows) {
        return rows >= ROWS_PER_CENTROID * centroids;
    }

    /**
     * Logs a warning if the centroids will be poor.
     *
     * @throws EngineException.InvalidArgument if there are fewer rows than centroids
     */
    void check(long rows) {
        if (rows < centroids) {
            throw new EngineException.InvalidArgument(
                    "index", "at least " + centroids + " rows to train " + factory, rows + " rows");
        }
        if (!wellServedBy(rows)) {
            LOG.warn(
                    "faiss:{}: expected at least {} rows for good centroids, got {}",
                    factory,
                    ROWS_PER_CENTROID * centroids,
                    rows);
        }
    }
}
