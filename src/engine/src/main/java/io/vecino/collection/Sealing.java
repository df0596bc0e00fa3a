package io.vecino.collection;

import io.vecino.model.BackgroundJob;
import io.vecino.model.EngineException;
import io.vecino.segment.SealedSegment;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns unsealed points into compressed segments and few segments into one, while reads and writes go on. */
final class Sealing {
    private static final Logger LOG = LoggerFactory.getLogger(Sealing.class);
    private static final int BEHIND = 8;
    private static final int BULK_BEHIND = 2;
    private static final long WAIT_MILLIS = 50;
    private static final long MOST_NANOS = 30_000_000_000L;

    private final String name;
    private final SegmentSet segments;
    private final SegmentBuild builds;
    private final Manifests manifests;
    private final Lifecycle lifecycle;
    private final Collection.Resources resources;
    private final int sealPoints;
    private final Queue<Integer> gathering = new ConcurrentLinkedQueue<>();
    private final MergePolicy policy;
    private final AtomicBoolean sealScheduled = new AtomicBoolean();
    private final AtomicBoolean mergeScheduled = new AtomicBoolean();
    private final Object sealingOne = new Object();
    private final ReentrantLock mergingOne = new ReentrantLock();
    private final Object progress = new Object();
    private final List<Work> work = new CopyOnWriteArrayList<>();
    private volatile Consumer<String> changed = _ -> {};
    private volatile boolean sealing;

    Sealing(
            String name,
            SegmentSet segments,
            SegmentBuild builds,
            Manifests manifests,
            Lifecycle lifecycle,
            Collection.Resources resources) {
        this.name = name;
        this.segments = segments;
        this.builds = builds;
        this.manifests = manifests;
        this.lifecycle = lifecycle;
        this.resources = resources;
        this.sealPoints = resources.sealPoints();
        this.policy = new MergePolicy(sealPoints);
    }

    /** Has a listener told the kind of work that has changed segments. */
    void onChange(Consumer<String> listener) {
        changed = listener;
    }

    /** What is going on at this moment. */
    List<BackgroundJob> jobs() {
        return work.stream().map(Work::state).toList();
    }

    /** Starts sealing in the background if there is enough to seal. */
    void sealIfDue() {
        if (segments.activeSize() >= threshold()) {
            schedule(resources.sealing(), sealScheduled, "sealing", this::seal);
        }
    }

    /** Lets that many points gather before they are sealed, until {@link #gatherNoMore} is called with the same number. */
    void gather(int points) {
        gathering.add(points);
    }

    /** Ends a call of {@link #gather}. */
    void gatherNoMore(int points) {
        gathering.remove(points);
        sealIfDue();
    }

    private int threshold() {
        return gathering.stream().reduce(sealPoints, Math::max);
    }

    private long mostUnsealed() {
        int threshold = threshold();
        return Math.max((long) BEHIND * sealPoints, threshold > sealPoints ? (long) BULK_BEHIND * threshold : 0);
    }

    /** Starts merging in the background; it ends at once if there is nothing to merge. */
    void mergeIfDue() {
        schedule(resources.merging(), mergeScheduled, "merging", this::mergeAll);
    }

    private void schedule(ExecutorService background, AtomicBoolean scheduled, String what, Runnable task) {
        if (scheduled.compareAndSet(false, true)) {
            try {
                background.execute(() -> inBackground(scheduled, what, task));
            } catch (RejectedExecutionException e) {
                scheduled.set(false);
                LOG.debug("collection {}: no {}, the engine is closing", name, what, e);
            }
        }
    }

    private void inBackground(AtomicBoolean scheduled, String what, Runnable task) {
        try (Lifecycle.Call _ = lifecycle.enter()) {
            scheduled.set(false);
            task.run();
        } catch (EngineException.Unavailable e) {
            LOG.debug("collection {}: {} stopped, the collection is closed", name, what, e);
        } catch (RuntimeException e) {
            LOG.error("collection {}: {} failed; nothing is lost, it will be tried again", name, what, e);
        }
    }

    /**
     * Holds a writer back while sealing is so far behind that unsealed points would pile up.
     *
     * @throws EngineException.Unavailable if it takes too long, which it cannot for a bulk load: that has time
     */
    void awaitRoom() {
        long start = System.nanoTime();
        while ((sealing || sealScheduled.get()) && segments.unsealedSize() >= mostUnsealed()) {
            lifecycle.requireOpen();
            if (gathering.isEmpty() && System.nanoTime() - start > MOST_NANOS) {
                throw new EngineException.Unavailable("collection " + name + ": " + segments.unsealedSize()
                        + " points wait to be sealed; try again later");
            }
            synchronized (progress) {
                try {
                    progress.wait(WAIT_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new EngineException.Unavailable("collection " + name + ": interrupted");
                }
            }
        }
    }

    /** Seals what is not sealed. */
    void seal() {
        sealUnsealed(true);
        mergeIfDue();
    }

    /** Seals what was read so far; the store goes on to count it among the points that are in no sealed segment. */
    void sealWhileOpening() {
        sealUnsealed(false);
    }

    private void sealUnsealed(boolean complete) {
        synchronized (sealingOne) {
            sealing = true;
            try (Snapshot snapshot = segments.freeze()) {
                List<Snapshot.Part> parts = snapshot.parts().stream()
                        .filter(part -> !part.sealed() && part.size() > 0)
                        .toList();
                replace(snapshot, parts, complete ? snapshot.sequence() : 0, "seal");
            } finally {
                sealing = false;
                synchronized (progress) {
                    progress.notifyAll();
                }
            }
        }
    }

    private void mergeAll() {
        while (merge()) {
            lifecycle.requireOpen();
        }
    }

    /** Merges once; false if there is nothing to merge, or others are at it, who will see to it. */
    private boolean merge() {
        if (!mergingOne.tryLock()) {
            return false;
        }
        try (Snapshot snapshot = segments.acquire()) {
            List<Snapshot.Part> chosen = policy.choose(snapshot);
            replace(snapshot, chosen, 0, "merge");
            return !chosen.isEmpty();
        } finally {
            mergingOne.unlock();
        }
    }

    /** Builds one segment out of everything. */
    void optimize() {
        whileNothingIsMerged(() -> whileNothingIsSealed(frozen -> {
            List<Snapshot.Part> parts =
                    frozen.parts().stream().filter(part -> part.size() > 0).toList();
            replace(frozen, parts, frozen.sequence(), "optimize");
        }));
    }

    /** Does work that takes sealed segments as they are, while others are sealed and written to. */
    void watched(Work shown, Runnable task) {
        whileNothingIsMerged(() -> {
            work.add(shown);
            try {
                task.run();
            } finally {
                work.remove(shown);
            }
        });
        changed.accept(shown.state().kind());
        mergeIfDue();
    }

    private void whileNothingIsMerged(Runnable task) {
        mergingOne.lock();
        try {
            task.run();
        } finally {
            mergingOne.unlock();
        }
    }

    /** Works on a state that writes are added to, but whose segments stay. To be called where nothing is merged. */
    void whileNothingIsSealed(Consumer<Snapshot> task) {
        synchronized (sealingOne) {
            try (Snapshot frozen = segments.freeze()) {
                task.accept(frozen);
            }
        }
    }

    private void replace(Snapshot snapshot, List<Snapshot.Part> parts, long sealedUpTo, String kind) {
        if (parts.isEmpty()) {
            return;
        }
        Work watched = new Work(kind);
        work.add(watched);
        try {
            SegmentBuild.Built built = builds.build(snapshot, parts, sealedUpTo, watched);
            SealedSegment segment = built.segment();
            try {
                segments.replace(List.of(built), manifests, Manifests.Extra.NONE);
            } catch (RuntimeException e) {
                if (segment != null) {
                    segment.obsolete();
                    segment.release();
                }
                throw e;
            }
            changed.accept(kind);
        } finally {
            work.remove(watched);
        }
    }
}
