package io.vecino;

import io.vecino.collection.Collection;
import io.vecino.measure.Trials;
import io.vecino.model.CollectionConfig;
import io.vecino.model.CollectionInfo;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchRequest;
import io.vecino.model.StoredPoint;
import io.vecino.model.TrialRequest;
import io.vecino.model.TrialResult;
import io.vecino.model.WriteResult;
import java.util.List;
import java.util.Optional;

/**
 * A collection of an open {@link Engine}. Thread-safe. Every method throws {@link
 * io.vecino.model.EngineException.Unavailable} after the collection was deleted or the engine closed.
 */
public final class EngineCollection {
    private final Collection collection;

    EngineCollection(Collection collection) {
        this.collection = collection;
    }

    public String name() {
        return collection.name();
    }

    /** What it was created with. */
    public CollectionConfig config() {
        return collection.config();
    }

    /** Its state at this moment. */
    public CollectionInfo info() {
        return collection.info();
    }

    /**
     * Stores points, replacing those of the same id. All or nothing; durable as configured when it returns.
     *
     * @param points 1 to 10,000 with distinct ids
     * @throws io.vecino.model.EngineException.InvalidArgument naming the field of the first point that is not valid
     * @throws io.vecino.model.EngineException.ResourceExhausted if memory budget or disk are full; reads go on
     */
    public WriteResult upsert(List<Point> points) {
        return collection.upsert(points);
    }

    /**
     * Removes points; ids that are not there are ignored.
     *
     * @param ids 1 to 10,000
     */
    public WriteResult delete(List<PointId> ids) {
        return collection.delete(ids);
    }

    /** One point as stored. */
    public Optional<StoredPoint> get(PointId id) {
        return collection.get(id);
    }

    /**
     * Finds the k nearest points as of the last acknowledged write, best first.
     *
     * @throws io.vecino.model.EngineException.InvalidArgument if the vector has a wrong length or a non-finite value
     */
    public List<ScoredPoint> search(SearchRequest request) {
        return collection.search(request);
    }

    /**
     * Trains the pipeline if needed and compresses all points into one segment; returns when that is searched.
     *
     * @throws io.vecino.model.EngineException.InvalidArgument if there are too few points to train the pipeline
     */
    public void optimize() {
        collection.optimize();
    }

    /**
     * Dry run: trains each pipeline on a copy of the vectors and measures what it would cost; changes nothing.
     *
     * @throws io.vecino.model.EngineException.ResourceExhausted if the copy does not fit the memory budget
     */
    public List<TrialResult> trial(TrialRequest request) {
        return Trials.run(collection, request);
    }
}
