package io.vecino.server.work;

import io.vecino.model.EngineException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Long work that outlives the request that asked for it. Thread-safe. Each job has a platform thread of its own, because
 * it computes rather than waits. The last jobs to have ended are remembered, until the server stops.
 */
final class Jobs {
    private static final int MAX_RUNNING = 16;
    private static final int REMEMBERED = 1_000;

    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final Map<Task, String> running = new LinkedHashMap<>();

    private record Task(String kind, String subject) {}

    /** What a job does. */
    @FunctionalInterface
    interface Work {
        /**
         * Does it.
         *
         * @param progress to be told the share that is done, 0 to 1
         * @return what was made; null if there is nothing to tell
         */
        Job.@Nullable Result run(DoubleConsumer progress);
    }

    /**
     * Starts work, or finds the job that is already doing it.
     *
     * @param collection that the caller is told of
     * @param subject what it is done to; with the kind, what makes it the same work
     * @throws EngineException.Unavailable if too many jobs are running
     */
    synchronized Job start(String kind, String collection, String subject, Work work) {
        Task task = new Task(kind, subject);
        String known = running.get(task);
        if (known != null) {
            return get(known);
        }
        if (running.size() == MAX_RUNNING) {
            throw new EngineException.Unavailable(MAX_RUNNING + " jobs are running already");
        }
        Job job = new Job(UUID.randomUUID().toString(), kind, collection, Job.State.RUNNING, 0, null, null);
        jobs.put(job.id(), job);
        running.put(task, job.id());
        Thread.ofPlatform().daemon().name("vecino-job-" + kind).start(() -> run(job, task, work));
        return job;
    }

    @SuppressWarnings("IllegalCatch")
    private void run(Job job, Task task, Work work) {
        try {
            Job.Result result = work.run(share -> advance(job, share));
            end(task, new Job(job.id(), job.kind(), job.collection(), Job.State.SUCCEEDED, 1, result, null));
        } catch (RuntimeException | Error e) {
            Failure error = Failure.of(e, "job " + job.id());
            end(
                    task,
                    new Job(
                            job.id(),
                            job.kind(),
                            job.collection(),
                            Job.State.FAILED,
                            get(job.id()).progress(),
                            null,
                            error));
        }
    }

    private synchronized void advance(Job job, double share) {
        double progress = Math.clamp(share, 0, 1);
        jobs.computeIfPresent(
                job.id(),
                (id, now) ->
                        new Job(id, now.kind(), now.collection(), now.state(), progress, now.result(), now.error()));
    }

    private synchronized void end(Task task, Job job) {
        running.remove(task);
        jobs.remove(job.id());
        jobs.put(job.id(), job);
        if (jobs.size() > REMEMBERED + MAX_RUNNING) {
            jobs.values().stream()
                    .filter(old -> old.state() != Job.State.RUNNING)
                    .findFirst()
                    .ifPresent(old -> jobs.remove(old.id()));
        }
    }

    /** Those that run and the last that ended, oldest first. */
    synchronized List<Job> all() {
        return List.copyOf(jobs.values());
    }

    /**
     * A job at this moment.
     *
     * @throws EngineException.NotFound for an id that was never given, or long ago
     */
    synchronized Job get(String id) {
        Job job = jobs.get(id);
        if (job == null) {
            throw new EngineException.NotFound("job", id);
        }
        return job;
    }
}
