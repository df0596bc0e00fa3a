package io.vecino.server.observe;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.vecino.Engine;
import io.vecino.model.BackgroundJob;
import io.vecino.model.CollectionInfo;
import io.vecino.model.EngineException;
import io.vecino.model.MemoryReport;
import io.vecino.server.work.LongWork;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The engine's state as numbers, read when somebody asks for metrics. */
final class EngineGauges {
    private final Engine engine;
    private final LongWork work;
    private final int maxCollections;
    private final MultiGauge points;
    private final MultiGauge unsealed;
    private final MultiGauge segments;
    private final MultiGauge bytes;
    private final MultiGauge background;
    private final MultiGauge jobs;
    private final MultiGauge memory;
    private final MultiGauge limit;
    private final MultiGauge recalls;
    private final Map<Measured, Double> measured = new ConcurrentHashMap<>();

    private record Measured(String collection, int k) {}

    EngineGauges(Engine engine, LongWork work, MeterRegistry registry, int maxCollections) {
        this.maxCollections = maxCollections;
        this.engine = engine;
        this.work = work;
        points = gauge(registry, "vecino.points", "Points of a collection");
        unsealed = gauge(registry, "vecino.points.unsealed", "Points of a collection that are not yet compressed");
        segments = gauge(registry, "vecino.segments", "Sealed segments of a collection");
        bytes = gauge(registry, "vecino.collection.bytes", "Memory of a collection, by component");
        background = gauge(registry, "vecino.background.jobs", "Sealing, merging and the like going on");
        jobs = gauge(registry, "vecino.jobs", "Jobs that callers asked for, by kind and state");
        memory = gauge(registry, "vecino.memory.bytes", "Native memory in use");
        limit = gauge(registry, "vecino.memory.limit.bytes", "Native memory beyond which writes are refused");
        recalls = gauge(registry, "vecino.recall", "Share of the true k nearest that was found when last measured");
    }

    private static MultiGauge gauge(MeterRegistry registry, String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    /** Keeps the last value. */
    void recall(String collection, int k, double recall) {
        measured.put(new Measured(collection, k), recall);
    }

    /** Reads the state; returns the names of all collections. */
    Set<String> refresh() {
        List<String> names = engine.collections();
        Map<String, List<CollectionInfo>> infos = new TreeMap<>();
        for (String name : names) {
            try {
                String label = infos.size() < maxCollections ? name : Metrics.OTHERS;
                CollectionInfo info = engine.collection(name).info();
                infos.computeIfAbsent(label, _ -> new ArrayList<>()).add(info);
            } catch (EngineException.NotFound | EngineException.Unavailable e) {
                if (engine.collections().contains(name)) {
                    throw e;
                }
            }
        }
        collections(infos);
        work();
        memory();
        measured.keySet().removeIf(one -> !names.contains(one.collection));
        recalls.register(
                measured.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey(
                                Comparator.comparing(Measured::collection).thenComparingInt(Measured::k)))
                        .limit(maxCollections)
                        .map(entry -> row(
                                Metrics.of(entry.getKey().collection).and("k", String.valueOf(entry.getKey().k)),
                                entry.getValue()))
                        .toList(),
                true);
        return new HashSet<>(names);
    }

    private void collections(Map<String, List<CollectionInfo>> infos) {
        List<Row<?>> pointRows = new ArrayList<>();
        List<Row<?>> unsealedRows = new ArrayList<>();
        List<Row<?>> segmentRows = new ArrayList<>();
        List<Row<?>> byteRows = new ArrayList<>();
        Map<String, Integer> running = new TreeMap<>();
        infos.forEach((label, group) -> {
            Tags tags = Metrics.of(label);
            Map<String, Long> components = new TreeMap<>();
            for (CollectionInfo info : group) {
                info.bytes().forEach((component, size) -> components.merge(component, size, Long::sum));
                for (BackgroundJob job : info.jobs()) {
                    running.merge(job.kind(), 1, Integer::sum);
                }
            }
            pointRows.add(
                    row(tags, group.stream().mapToLong(CollectionInfo::points).sum()));
            unsealedRows.add(row(
                    tags,
                    group.stream().mapToLong(CollectionInfo::unsealedPoints).sum()));
            segmentRows.add(
                    row(tags, group.stream().mapToLong(CollectionInfo::segments).sum()));
            components.forEach((component, size) -> byteRows.add(row(tags.and("component", component), size)));
        });
        points.register(pointRows, true);
        unsealed.register(unsealedRows, true);
        segments.register(segmentRows, true);
        bytes.register(byteRows, true);
        List<Row<?>> backgroundRows = new ArrayList<>();
        running.forEach((kind, count) -> backgroundRows.add(row(Tags.of("kind", kind), count)));
        background.register(backgroundRows, true);
    }

    private void work() {
        Map<Tags, Integer> counts = new ConcurrentHashMap<>();
        work.all()
                .forEach(job -> counts.merge(
                        Tags.of("kind", job.kind(), "state", job.state().id()), 1, Integer::sum));
        List<Row<?>> rows = new ArrayList<>();
        counts.forEach((tags, count) -> rows.add(row(tags, count)));
        jobs.register(rows, true);
    }

    private void memory() {
        MemoryReport report = engine.memory();
        List<Row<?>> rows = new ArrayList<>();
        report.used()
                .forEach((use, used) -> rows.add(row(Tags.of("use", use.name().toLowerCase(Locale.ROOT)), used)));
        memory.register(rows, true);
        limit.register(List.of(row(Tags.empty(), report.limit())), true);
    }

    private static Row<Number> row(Tags tags, Number value) {
        return Row.of(tags, value);
    }
}
