package io.vecino.bench.peers;

import io.vecino.model.EngineException;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;
import org.jspecify.annotations.Nullable;

/** What Lucene keeps of a vector beside its floats, and how many candidates per result it scores again by them. */
enum LuceneVectors {
    FLOAT("float", null, 1),
    BITS7("7bit", ScalarEncoding.SEVEN_BIT, 2),
    BITS4("4bit", ScalarEncoding.PACKED_NIBBLE, 3),
    BITS1("1bit", ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE, 10);

    private static final int MAX_CONNECTIONS = 16;
    private static final int BEAM_WIDTH = 200;

    private final String id;
    private final @Nullable ScalarEncoding encoding;
    private final int rescored;

    LuceneVectors(String id, @Nullable ScalarEncoding encoding, int rescored) {
        this.id = id;
        this.encoding = encoding;
        this.rescored = rescored;
    }

    static LuceneVectors of(String id) {
        return Arrays.stream(values())
                .filter(vectors -> vectors.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new EngineException.InvalidArgument("lucene", "float, 7bit, 4bit or 1bit", id));
    }

    /** Candidates per result that are scored again; 1 for none. */
    int rescored() {
        return rescored;
    }

    KnnVectorsFormat format(int threads, ExecutorService merging) {
        if (threads == 1) {
            return encoding == null
                    ? new Lucene99HnswVectorsFormat(MAX_CONNECTIONS, BEAM_WIDTH)
                    : new Lucene104HnswScalarQuantizedVectorsFormat(encoding, MAX_CONNECTIONS, BEAM_WIDTH);
        }
        return encoding == null
                ? new Lucene99HnswVectorsFormat(MAX_CONNECTIONS, BEAM_WIDTH, threads, merging)
                : new Lucene104HnswScalarQuantizedVectorsFormat(
                        encoding, MAX_CONNECTIONS, BEAM_WIDTH, threads, merging);
    }
}
