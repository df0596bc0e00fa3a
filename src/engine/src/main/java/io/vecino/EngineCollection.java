package io.vecino;

import io.vecino.collection.Collection;
import io.vecino.measure.Aligning;
import io.vecino.measure.Inspecting;
import io.vecino.measure.Recall;
import io.vecino.measure.Trials;
import io.vecino.measure.Tuning;
import io.vecino.measure.Watching;
import io.vecino.model.Alignment;
import io.vecino.model.CollectionConfig;
import io.vecino.model.CollectionInfo;
import io.vecino.model.Filter;
import io.vecino.model.IndexSpec;
import io.vecino.model.Inspection;
import io.vecino.model.PayloadChange;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ProgressListener;
import io.vecino.model.RecallReport;
import io.vecino.model.RecallRequest;
import io.vecino.model.RecallSample;
import io.vecino.model.ScoredPoint;
import io.vecino.model.ScrollPage;
import io.vecino.model.ScrollRequest;
import io.vecino.model.SearchRequest;
import io.vecino.model.Selector;
import io.vecino.model.StoredPoint;
import io.vecino.model.TrialRequest;
import io.vecino.model.TrialResult;
import io.vecino.model.TuneReport;
import io.vecino.model.TuneRequest;
import io.vecino.model.WriteResult;
import java.util.List;
import java.util.Optional;

/**
 * A collection of an open {@link Engine}. Thread-safe. Every method throws {@link
 * io.vecino.model.EngineException.Unavailable} after the collection was deleted or the engine closed.
 */
public final class EngineCollection {
    private final Collection collection;
    private final Watching watching;

    EngineCollection(Collection collection, Watching watching) {
        this.collection = collection;
        this.watching = watching;
    }

    public String name() {
        return collection.name();
    }

    /** What it was created with and changed to. */
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
     * @throws io.vecino.model.EngineException.Conflict if a stored point has another version than {@link Point#ifVersion}
     * @throws io.vecino.model.EngineException.ResourceExhausted if memory budget or disk are full; reads go on
     * @throws io.vecino.model.EngineException.Unavailable if compression is too far behind to take more
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
        return collection.delete(new Selector.Ids(ids));
    }

    /** Removes every point that meets a filter when it is this write's turn, in one step. */
    public WriteResult delete(Filter filter) {
        return collection.delete(new Selector.Matching(filter));
    }

    /**
     * Changes payloads in one step; vectors stay as they are.
     *
     * @throws io.vecino.model.EngineException.InvalidArgument if a payload would become too large; nothing is changed
     */
    public WriteResult change(Selector points, PayloadChange change) {
        return collection.change(points, change);
    }

    /** A page of points in id order, as of the last acknowledged write. */
    public ScrollPage scroll(ScrollRequest request) {
        return collection.scroll(request);
    }

    /** How many points there are. */
    public long count() {
        return collection.count(null);
    }

    /** How many points meet a filter. */
    public long count(Filter filter) {
        return collection.count(filter);
    }

    /** One point as stored. */
    public Optional<StoredPoint> get(PointId id) {
        return collection.get(id);
    }

    /**
     * Finds the k nearest points as of the last acknowledged write, best first.
     *
     * @throws io.vecino.model.EngineException.InvalidArgument if the vector has a wrong length or a non-finite value
     * @throws io.vecino.model.EngineException.NotFound if the point to search near is not there
     */
    public List<ScoredPoint> search(SearchRequest request) {
        return collection.search(request);
    }

    /** Several searches, all of them as of the same write. */
    public List<List<ScoredPoint>> search(List<SearchRequest> requests) {
        return collection.search(requests);
    }

    /**
     * To be open while many points are stored: they are compressed in large segments instead of small ones that are merged
     * later, which saves most of that work. Meanwhile more points are searched exactly.
     */
    public EngineBulkLoad bulkLoad() {
        return new EngineBulkLoad(collection);
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
     * Changes how points are compressed and found, while reads and writes go on: everything is encoded anew from the originals,
     * then takes the place of the old encoding in one step. Until that step, closing or a crash leaves all as it was. The old
     * encoding stays on disk, so that {@link #undo} is quick. Returns when it is done; shown among the jobs of {@link #info}.
     *
     * @throws io.vecino.model.EngineException.InvalidArgument if pipeline, index and dimension do not fit, or there are too
     *     few points to train the pipeline
     * @throws io.vecino.model.EngineException.Conflict if it is being changed already
     */
    public void apply(Pipeline pipeline, IndexSpec index, ProgressListener progress) {
        collection.apply(pipeline, index, progress);
    }

    /**
     * Goes back to what was before the last change, in the same manner; done twice, it changes nothing.
     *
     * @throws io.vecino.model.EngineException.Conflict if there was no change, or it is being changed already
     */
    public void undo(ProgressListener progress) {
        collection.undo(progress);
    }

    /** What {@link #undo} goes back to; nothing if there was no change. */
    public Optional<CollectionConfig> previous() {
        return collection.previous();
    }

    /**
     * Measures the recall of searches as of the last acknowledged write, with what each step costs. Reads all points once,
     * block by block, unless the same queries were asked before and nothing was written since.
     *
     * @throws io.vecino.model.EngineException.InvalidArgument if it is empty or a query does not fit
     */
    public RecallReport measure(RecallRequest request, ProgressListener progress) {
        return Recall.of(collection, request, progress);
    }

    /**
     * What the vectors are like, without labels, and what that means for compressing them.
     *
     * @throws io.vecino.model.EngineException.InvalidArgument if there are fewer than 400 points
     */
    public Inspection inspect(ProgressListener progress) {
        return Inspecting.of(collection, progress);
    }

    /**
     * How much the vectors agree with those of the same ids in another collection.
     *
     * @throws io.vecino.model.EngineException.InvalidArgument if fewer than 50 points are shared
     */
    public Alignment compare(EngineCollection other) {
        return Aligning.of(collection, other.collection);
    }

    /**
     * The last measurements of the watched probes, oldest first, at most 500; they stay with the collection. Empty unless the
     * engine was opened with a {@linkplain EngineConfig#recallWatch watch}, now or before.
     */
    public List<RecallSample> recall() {
        return collection.recall();
    }

    /**
     * Measures the watched probes now, and adds to {@link #recall}.
     *
     * @return nothing if recall is not watched or there are no more points than probes
     */
    public Optional<RecallSample> measureProbes() {
        return watching.measure("asked");
    }

    /**
     * Dry run over many pipelines on a sample of the vectors: what each would cost in recall, bytes and time, and which to choose.
     * Changes nothing; {@link #apply} does.
     *
     * @throws io.vecino.model.EngineException.ResourceExhausted if the sample does not fit the memory budget
     */
    public TuneReport tune(TuneRequest request, ProgressListener progress) {
        return Tuning.of(collection, request, progress);
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
