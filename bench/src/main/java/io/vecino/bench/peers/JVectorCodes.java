package io.vecino.bench.peers;

import io.vecino.model.EngineException;
import java.util.Arrays;

/** What JVector's search reads on its way. */
enum JVectorCodes {
    /** The vectors themselves. */
    FLOAT("float"),
    /** Product codes in memory, a byte for each four dimensions; vectors to score again. */
    PQ("pq"),
    /** Such codes of the neighbours within each vertex, mapped from a file. */
    FUSED("fused");

    private final String id;

    JVectorCodes(String id) {
        this.id = id;
    }

    static JVectorCodes of(String id) {
        return Arrays.stream(values())
                .filter(codes -> codes.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new EngineException.InvalidArgument("jvector", "float, pq or fused", id));
    }
}
