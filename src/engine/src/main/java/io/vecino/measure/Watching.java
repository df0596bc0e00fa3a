package io.vecino.measure;

import io.vecino.collection.Collection;
import io.vecino.collection.Measured;
import io.vecino.model.EngineException;
import io.vecino.model.RecallListener;
import io.vecino.model.RecallReport;
import io.vecino.model.RecallRequest;
import io.vecino.model.RecallSample;
import io.vecino.model.RecallStage;
import io.vecino.model.RecallStage.Step;
import io.vecino.model.RecallWatch;
import io.vecino.model.SearchParams;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the same probes again after the segments of a collection changed, and keeps the series in the store. What happens
 * while a measurement waits or runs is measured together, and measuring takes at most a tenth of the time. Thread-safe.
 */
public final class Watching {
    private static final Logger LOG = LoggerFactory.getLogger(Watching.class);
    private static final String PROBES = "recall/probes";
    private static final String SERIES = "recall/series";
    private static final int PAUSES = 9;
    private static final long SEED = 0xFACE;

    private final Collection collection;
    private final RecallWatch settings;
    private final ScheduledExecutorService background;
    private final RecallListener listener;
    private final Clock clock;
    private final AtomicReference<@Nullable String> pending = new AtomicReference<>();
    private volatile long earliest = System.nanoTime();

    /** Starts watching; what was measured before is read from the store. */
    public Watching(
            Collection collection,
            RecallWatch settings,
            ScheduledExecutorService background,
            RecallListener listener,
            Clock clock) {
        this.collection = collection;
        this.settings = settings;
        this.background = background;
        this.listener = listener;
        this.clock = clock;
        collection.measured(series());
        if (settings.probes() > 0) {
            collection.onChange(this::changed);
        }
    }

    private List<RecallSample> series() {
        try {
            return collection.note(SERIES).map(RecallSeries::decode).orElse(List.of());
        } catch (IllegalArgumentException e) {
            LOG.warn("collection {}: the series of recall begins anew: {}", collection.name(), e.getMessage());
            return List.of();
        }
    }

    /** Measures soon. */
    public void changed(String event) {
        if (settings.probes() == 0 || pending.getAndSet(event) != null) {
            return;
        }
        try {
            Future<?> _ = background.schedule(
                    this::measureQuietly, Math.max(0, earliest - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("collection {}: recall is not measured, the engine is closing", collection.name(), e);
        }
    }

    private void measureQuietly() {
        String event = pending.getAndSet(null);
        long start = System.nanoTime();
        try {
            Optional<RecallSample> _ = measure(event == null ? "asked" : event);
        } catch (EngineException.Unavailable e) {
            LOG.debug("collection {}: measuring recall stopped, the collection is closed", collection.name(), e);
        } catch (RuntimeException e) {
            if (background.isShutdown()) {
                LOG.debug("collection {}: measuring recall was interrupted", collection.name(), e);
                return;
            }
            LOG.warn("collection {}: recall could not be measured", collection.name(), e);
        } finally {
            long now = System.nanoTime();
            earliest = now + PAUSES * (now - start);
        }
    }

    /**
     * Measures now.
     *
     * @return nothing if there are no points to measure with, or nothing is watched
     */
    public synchronized Optional<RecallSample> measure(String event) {
        List<Measured.Query> probes = probes();
        if (probes.isEmpty()) {
            return Optional.empty();
        }
        RecallRequest request = new RecallRequest(
                List.of(), probes.size(), settings.k(), SearchParams.DEFAULT, Optional.empty(), Map.of(), 0);
        RecallReport report = Recall.near(collection, probes, request);
        Map<Step, Double> lost = new EnumMap<>(Step.class);
        report.stages().forEach(stage -> lost.put(stage.step(), stage.lost()));
        RecallSample sample = new RecallSample(
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                event,
                report.points(),
                report.k(),
                report.recall(),
                lost);
        List<RecallSample> series = new ArrayList<>(collection.recall());
        if (!series.isEmpty()) {
            compare(series.getLast(), sample);
        }
        series.add(sample);
        List<RecallSample> kept =
                List.copyOf(series.subList(Math.max(0, series.size() - RecallSeries.MOST), series.size()));
        collection.note(SERIES, RecallSeries.encode(kept));
        collection.measured(kept);
        listener.measured(collection.name(), sample);
        return Optional.of(sample);
    }

    /** The probes, chosen among the points when there first are enough. */
    private List<Measured.Query> probes() {
        try (Measured state = collection.measured()) {
            int dimension = state.config().dimension();
            Optional<byte[]> stored = collection.note(PROBES);
            if (stored.isPresent()) {
                try {
                    return RecallProbes.decode(stored.get(), dimension);
                } catch (IllegalArgumentException e) {
                    LOG.warn("collection {}: probes are chosen anew: {}", collection.name(), e.getMessage());
                }
            }
            if (settings.probes() == 0 || state.points() <= settings.probes()) {
                return List.of();
            }
            List<Measured.Query> chosen = state.sample(settings.probes(), new SplittableRandom(SEED));
            collection.note(PROBES, RecallProbes.encode(chosen, dimension));
            return chosen;
        }
    }

    private void compare(RecallSample before, RecallSample now) {
        double fall = 100 * (before.recall() - now.recall());
        if (fall > settings.fall()) {
            LOG.warn(
                    "collection {}: recall@{} fell by {} points to {} after {}; the {} costs {} points more than before",
                    collection.name(),
                    settings.k(),
                    Math.round(100 * fall) / 100.0,
                    now.recall(),
                    now.event(),
                    worse(before, now).id(),
                    Math.round(100 * (lost(now, worse(before, now)) - lost(before, worse(before, now)))) / 100.0);
        }
    }

    /** The step that costs more than before by most. */
    static Step worse(RecallSample before, RecallSample now) {
        return now.lost().keySet().stream()
                .max(Comparator.comparingDouble(step -> lost(now, step) - lost(before, step)))
                .orElse(RecallStage.Step.INDEX);
    }

    private static double lost(RecallSample sample, Step step) {
        return sample.lost().getOrDefault(step, 0.0);
    }
}
