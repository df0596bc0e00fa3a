package io.vecino.server.work;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.EngineSnapshots;
import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.SnapshotInfo;
import io.vecino.model.TuneRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The work on collections that takes longer than a request is waited for. What can be refused at once is. Thread-safe. */
public final class LongWork {
    /** A restore reads the snapshot twice: to verify it, then to copy it. */
    private static final double VERIFY_SHARE = 0.4;

    private final Engine engine;
    private final Jobs jobs = new Jobs();

    public LongWork(Engine engine) {
        this.engine = engine;
    }

    /** Those that run and the last that ended, oldest first. */
    public List<Job> all() {
        return jobs.all();
    }

    /**
     * A job at this moment.
     *
     * @throws EngineException.NotFound for an id that was never given, or long ago
     */
    public Job get(String id) {
        return jobs.get(id);
    }

    /** Compresses all points into one segment. */
    public Job optimize(EngineCollection collection) {
        return jobs.start("optimize", collection.name(), collection.name(), _ -> {
            collection.optimize();
            return null;
        });
    }

    /** Changes pipeline and index. */
    public Job apply(EngineCollection collection, CollectionConfig to) {
        String subject = collection.name() + " " + to.pipeline() + " " + to.index();
        return jobs.start("apply", collection.name(), subject, progress -> {
            collection.apply(to.pipeline(), to.index(), (_, share) -> progress.accept(share));
            return new Job.MadeCollection(collection.info());
        });
    }

    /** Tries pipelines on a sample; the collection stays as it is. */
    public Job tune(EngineCollection collection, TuneRequest request) {
        String subject = collection.name() + " " + request;
        return jobs.start(
                "tune",
                collection.name(),
                subject,
                progress -> new Job.MadeTuning(
                        collection.tune(request, (task, share) -> progress.accept(share(task, share)))));
    }

    /** Timing comes last. */
    private static double share(String task, double share) {
        return switch (task) {
            case "time" -> 0.9 + 0.1 * share;
            case "graphs" -> 0.9;
            default -> share;
        };
    }

    /**
     * Goes back to what was before the last change.
     *
     * @throws EngineException.Conflict if there was none
     */
    public Job undo(EngineCollection collection) {
        if (collection.previous().isEmpty()) {
            throw new EngineException.Conflict("the pipeline was not changed: there is nothing to undo");
        }
        return jobs.start("undo", collection.name(), collection.name(), progress -> {
            collection.undo((_, share) -> progress.accept(share));
            return new Job.MadeCollection(collection.info());
        });
    }

    /** @param given name of the snapshot; null if one is to be made up */
    public Job snapshot(EngineCollection collection, @Nullable String given) {
        EngineSnapshots snapshots = engine.snapshots();
        String name = given == null ? EngineSnapshots.newName() : given;
        snapshots.requireFree(collection.name(), name);
        String subject = collection.name() + "/" + (given == null ? "" : name);
        return jobs.start("snapshot", collection.name(), subject, progress -> {
            SnapshotInfo info = snapshots.create(collection.name(), name, (_, share) -> progress.accept(share));
            return new Job.MadeSnapshot(info);
        });
    }

    /**
     * Makes a collection of a snapshot.
     *
     * @param as its name; null for that of the one that the snapshot is of
     * @throws EngineException.Conflict if that is taken and must not be replaced
     */
    public Job restore(String collection, String snapshot, @Nullable String as, boolean replace) {
        EngineSnapshots snapshots = engine.snapshots();
        SnapshotInfo found = snapshots.get(collection, snapshot);
        String name = as == null ? collection : as;
        if (!replace && engine.collections().contains(name)) {
            throw new EngineException.Conflict("collection exists: " + name + "; \"replace\": true takes its place");
        }
        String subject = collection + "/" + found.name() + "/" + name + "/" + replace;
        return jobs.start("restore", name, subject, progress -> {
            EngineCollection restored = snapshots.restore(
                    collection,
                    found.name(),
                    name,
                    replace,
                    (task, share) -> progress.accept(
                            task.equals(EngineSnapshots.VERIFY)
                                    ? VERIFY_SHARE * share
                                    : VERIFY_SHARE + (1 - VERIFY_SHARE) * share));
            return new Job.MadeCollection(restored.info());
        });
    }
}
