package io.vecino.server.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vecino.model.EngineException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JobsTest {
    private final Jobs jobs = new Jobs();
    private final CountDownLatch gate = new CountDownLatch(1);

    private Job.@Nullable Result pass(DoubleConsumer progress) {
        try {
            progress.accept(0.25);
            gate.await();
            return null;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            while (!condition.getAsBoolean()) {
                Thread.onSpinWait();
            }
        });
    }

    private Job ended(Job job) {
        await(() -> jobs.get(job.id()).state() != Job.State.RUNNING);
        return jobs.get(job.id());
    }

    @Test
    void showsAJobWhileItRunsAndAfterwards() {
        Job job = jobs.start("optimize", "c", "c", this::pass);
        assertEquals(Job.State.RUNNING, jobs.get(job.id()).state());
        await(() -> jobs.get(job.id()).progress() == 0.25);
        gate.countDown();
        assertEquals(List.of(job.id()), jobs.all().stream().map(Job::id).toList());
        assertEquals(new Job(job.id(), "optimize", "c", Job.State.SUCCEEDED, 1, null, null), ended(job));
    }

    @Test
    void doesTheSameWorkOnceAtATime() {
        Job job = jobs.start("optimize", "c", "c", this::pass);
        assertEquals(job.id(), jobs.start("optimize", "c", "c", this::pass).id());
        assertNotEquals(job.id(), jobs.start("optimize", "c", "d", this::pass).id());
        gate.countDown();
        ended(job);
        assertNotEquals(job.id(), jobs.start("optimize", "c", "c", this::pass).id());
    }

    @Test
    void tellsWhyAJobFailed() {
        Job job = ended(jobs.start("optimize", "c", "c", _ -> {
            throw new EngineException.Unavailable("the engine is closed");
        }));
        assertEquals(Job.State.FAILED, job.state());
        assertEquals(
                "unavailable", job.error() == null ? "" : job.error().code().id());
    }

    @Test
    void refusesMoreThanItCanRun() {
        for (int i = 0; i < 16; i++) {
            jobs.start("optimize", "c", "c" + i, this::pass);
        }
        assertThrows(EngineException.Unavailable.class, () -> jobs.start("optimize", "c", "one-more", this::pass));
        gate.countDown();
    }

    @Test
    void forgetsTheOldestOfVeryManyJobs() {
        gate.countDown();
        Job first = ended(jobs.start("optimize", "c", "c", this::pass));
        for (int i = 0; i < 1_016; i++) {
            ended(jobs.start("optimize", "c", "c", this::pass));
        }
        assertThrows(EngineException.NotFound.class, () -> jobs.get(first.id()));
    }
}
