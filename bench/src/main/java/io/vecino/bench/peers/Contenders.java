package io.vecino.bench.peers;

import io.vecino.model.EngineException;
import java.io.IOException;
import java.util.List;

/** Who takes part, by name. */
final class Contenders {
    /** Those of a comparison that names none. */
    static final List<String> ALL = List.of(
            "vecino:graph:fast",
            "vecino:graph:lean",
            "faiss:HNSW16,Flat",
            "lucene:float",
            "lucene:7bit",
            "lucene:4bit",
            "lucene:1bit",
            "jvector:float",
            "jvector:pq",
            "jvector:fused");

    private Contenders() {}

    /** Builds an index over all vectors of a contest. */
    static Contender build(String name, Contest contest) throws IOException {
        int colon = name.indexOf(':');
        String kind = name.substring(colon + 1);
        return switch (colon < 0 ? name : name.substring(0, colon)) {
            case "vecino" -> OwnContender.build(kind, contest);
            case "faiss" -> OwnContender.build(name, contest);
            case "lucene" -> LuceneContender.build(LuceneVectors.of(kind), contest);
            case "jvector" -> JVectorContender.build(JVectorCodes.of(kind), contest);
            default -> throw new EngineException.InvalidArgument("contender", String.join(", ", ALL), name);
        };
    }
}
