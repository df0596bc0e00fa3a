package io.vecino.server;

import io.vecino.model.EngineException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Long work that outlives the request that asked for it. Thread-safe. Each job has a platform thread of its own, because
 * it computes rather than waits. The last jobs to have ended are remembered, until the server stops.
 */
final class Jobs {
    private static final int MAX_RUNNING = 16;
    private static final int REMEMBERED = 1_000;

    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final Map<Task, String> running = new LinkedHashMap<>();

    private record Task(String kind, String collection) {}

    /**
     * Starts work, or finds the job that is already doing it.
     *
     * @throws EngineException.Unavailable if too many jobs are running
     */
    synchronized Job start(String kind, String collection, Runnable work) {
        Task task = new Task(kind, collection);
        String known = running.get(task);
        if (known != null) {
            return get(known);
        }
        if (running.size() == MAX_RUNNING) {
            throw new EngineException.Unavailable(MAX_RUNNING + " jobs are running already");
        }
        Job job = new Job(UUID.randomUUID().toString(), kind, Job.State.RUNNING, 0, null);
        jobs.put(job.id(), job);
        running.put(task, job.id());
        Thread.ofPlatform().daemon().name("vecino-job-" + kind).start(() -> run(job, task, work));
        return job;
    }

    @SuppressWarnings("IllegalCatch")
    private void run(Job job, Task task, Runnable work) {
        try {
            work.run();
            end(task, new Job(job.id(), job.kind(), Job.State.SUCCEEDED, 1, null));
        } catch (RuntimeException | Error e) {
            end(task, new Job(job.id(), job.kind(), Job.State.FAILED, 0, ErrorResponse.of(e, "job " + job.id())));
        }
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
