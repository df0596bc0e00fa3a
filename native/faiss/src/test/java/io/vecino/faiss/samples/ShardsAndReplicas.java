package io.vecino.faiss.samples;

import io.vecino.faiss.IndexFlatL2;
import io.vecino.faiss.IndexReplicas;
import io.vecino.faiss.IndexShards;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One index over parts of the vectors, and one over copies of them; the parts stay open as long as the whole. */
final class ShardsAndReplicas {
    private ShardsAndReplicas() {}

    public static void main(String[] arguments) {
        int d = Data.DIMENSION;
        try (Arena arena = Arena.ofConfined();
                IndexFlatL2 left = new IndexFlatL2(d);
                IndexFlatL2 right = new IndexFlatL2(d);
                IndexShards shards = new IndexShards(d, true, true);
                IndexFlatL2 one = new IndexFlatL2(d);
                IndexFlatL2 other = new IndexFlatL2(d);
                IndexReplicas replicas = new IndexReplicas(d)) {
            MemorySegment vectors = Data.gaussian(arena);
            shards.add_shard(left);
            shards.add_shard(right);
            Data.fill(shards, vectors);
            Data.expect(left.ntotal() == Data.COUNT / 2, "half of the vectors in each shard");
            Data.expect(Data.own(shards, vectors) == 100, "ids run on from shard to shard");
            replicas.add_replica(one);
            replicas.add_replica(other);
            Data.fill(replicas, vectors);
            Data.expect(other.ntotal() == Data.COUNT, "all vectors in each replica");
            Data.expect(Data.own(replicas, vectors) == 100, "queries are divided among replicas");
        }
    }
}
