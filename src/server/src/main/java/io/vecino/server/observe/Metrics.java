package io.vecino.server.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vecino.Engine;
import io.vecino.model.SearchTrace;
import io.vecino.model.SearchTrace.Stage;
import io.vecino.server.work.LongWork;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;

/**
 * The server's metrics in the form that Prometheus reads. Thread-safe. Names of collections are the only labels that callers
 * choose; of more than a hundred collections the rest share one label. Nothing of what is stored appears.
 */
public final class Metrics implements AutoCloseable {
    private static final int MAX_COLLECTIONS = 100;

    /** Not a collection's name. */
    static final String OTHERS = "(others)";

    private static final Duration[] BUCKETS = {
        Duration.ofNanos(50_000),
        Duration.ofNanos(100_000),
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofSeconds(1),
        Duration.ofSeconds(10)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collector = new JvmGcMetrics();
    private final int maxCollections;
    private final EngineGauges engine;
    private final Map<String, SearchTimers> searches = new ConcurrentHashMap<>();
    private final AtomicInteger labels = new AtomicInteger();
    private final Map<Answer, Timer> answers = new ConcurrentHashMap<>();

    private record Answer(String protocol, String operation, String status) {}

    private record SearchTimers(Timer total, Map<Stage, Timer> stages) {}

    public Metrics(Engine engine, LongWork work) {
        this(engine, work, MAX_COLLECTIONS);
    }

    /** @param maxCollections how many have a label of their own */
    Metrics(Engine engine, LongWork work, int maxCollections) {
        this.maxCollections = maxCollections;
        this.engine = new EngineGauges(engine, work, registry, maxCollections);
        collector.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** A search that was answered. */
    void searched(String collection, SearchTrace trace, long nanos) {
        SearchTimers timers = searches.get(collection);
        if (timers == null) {
            timers = searchTimers(collection);
        }
        timers.total.record(nanos, TimeUnit.NANOSECONDS);
        for (Stage stage : Stage.values()) {
            long part = trace.nanos(stage);
            Timer timer = timers.stages.get(stage);
            if (part > 0 && timer != null) {
                timer.record(part, TimeUnit.NANOSECONDS);
            }
        }
    }

    private SearchTimers searchTimers(String collection) {
        if (!collection.equals(OTHERS) && labels.get() >= maxCollections) {
            return searchTimers(OTHERS);
        }
        return searches.computeIfAbsent(collection, name -> {
            labels.addAndGet(name.equals(OTHERS) ? 0 : 1);
            Map<Stage, Timer> stages = new EnumMap<>(Stage.class);
            for (Stage stage : Stage.values()) {
                stages.put(stage, searchTimer(name, stage.id()));
            }
            return new SearchTimers(searchTimer(name, "total"), stages);
        });
    }

    private Timer searchTimer(String collection, String stage) {
        return Timer.builder("vecino.search")
                .description("Time of searches in the engine, by stage")
                .tags("collection", collection, "stage", stage)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /**
     * A request that was answered.
     *
     * @param protocol {@code http} or {@code grpc}
     * @param operation one of a fixed set, such as a route's template
     * @param status one of a fixed set, such as the status code
     */
    public void answered(String protocol, String operation, String status, long nanos) {
        answers.computeIfAbsent(
                        new Answer(protocol, operation, status),
                        answer -> Timer.builder("vecino.requests")
                                .description("Time from the head of a request to the end of writing its answer")
                                .tags("protocol", protocol, "operation", operation, "status", status)
                                .serviceLevelObjectives(BUCKETS)
                                .register(registry))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * A number that is read when metrics are.
     *
     * @param name with dots, such as {@code vecino.connections}
     * @param protocol {@code http} or {@code grpc}
     * @param of held weakly
     */
    public <T> void gauge(String name, String description, String protocol, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value)
                .description(description)
                .tags("protocol", protocol)
                .register(registry);
    }

    /**
     * A recall that was measured.
     *
     * @param k of how many results
     * @param recall 0 to 1, against exact search over the originals
     */
    public void recall(String collection, int k, double recall) {
        engine.recall(collection, k, recall);
    }

    /** All metrics, in Prometheus's text format 0.0.4. One caller at a time: the registry does not expect gauges to change meanwhile. */
    public synchronized String scrape() {
        Set<String> present = engine.refresh();
        searches.keySet().removeIf(name -> {
            boolean gone = !name.equals(OTHERS) && !present.contains(name);
            if (gone) {
                labels.decrementAndGet();
                registry.find("vecino.search").tag("collection", name).meters().forEach(this::forget);
            }
            return gone;
        });
        return registry.scrape();
    }

    private void forget(Meter meter) {
        registry.remove(meter);
    }

    /** Tags of a collection. */
    static Tags of(String collection) {
        return Tags.of("collection", collection);
    }

    @Override
    public void close() {
        collector.close();
        registry.close();
    }
}
