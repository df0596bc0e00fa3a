package io.vecino;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.CollectionConfig;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ProgressListener;
import io.vecino.model.RecallSample;
import io.vecino.model.RecallStage.Step;
import io.vecino.model.RecallWatch;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.storage.NativeMemory;
import io.vecino.storage.PointStore;
import io.vecino.storage.Store;
import io.vecino.storage.StoreBatch;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecallWatchIT {
    private static final int DIMENSION = 16;
    private static final Pipeline PIPELINE = Pipeline.parse("none/pq:8x4");

    @TempDir
    private Path directory = Path.of("");

    private final Random random = Vectors.random("RecallWatchIT");
    private final BlockingQueue<RecallSample> measured = new LinkedBlockingQueue<>();
    private int points;

    private Engine open() {
        Engine engine =
                Engine.open(EngineConfig.of(directory).withSealPoints(100_000).with(new RecallWatch(50, 10, 5)));
        engine.onRecall((_, sample) -> measured.add(sample));
        return engine;
    }

    private void upsert(EngineCollection docs, int count) {
        List<Point> batch = new ArrayList<>();
        for (float[] vector : Vectors.clustered(random, count, DIMENSION)) {
            batch.add(new Point(PointId.of(points++), vector, Payload.EMPTY));
        }
        docs.upsert(batch);
    }

    private RecallSample next(String event) throws InterruptedException {
        for (RecallSample sample = poll(); ; sample = poll()) {
            if (sample.event().equals(event)) {
                return sample;
            }
        }
    }

    private RecallSample poll() throws InterruptedException {
        RecallSample sample = measured.poll(60, TimeUnit.SECONDS);
        assertNotNull(sample, "nothing was measured");
        return sample;
    }

    private static CollectionConfig config() {
        return CollectionConfig.of(DIMENSION, Metric.L2).with(PIPELINE);
    }

    @Test
    void fallsWhenASegmentIsBuiltWithABrokenQuantizer() throws InterruptedException {
        RecallSample good;
        try (Engine engine = open()) {
            EngineCollection docs = engine.create("docs", config());
            upsert(docs, 2_000);
            docs.optimize();
            good = next("optimize");
        }
        breakQuantizer();
        try (Engine engine = open()) {
            EngineCollection docs = engine.collection("docs");
            upsert(docs, 100);
            docs.optimize();
            RecallSample bad = next("optimize");
            assertTrue(bad.recall() < good.recall() - 0.05, good + " then " + bad);
            double more = lost(bad) - lost(good);
            assertTrue(more > 5, "the quantizer costs " + more + " points more");
            assertEquals(bad, docs.info().recall().orElseThrow());
        }
    }

    private static double lost(RecallSample sample) {
        return Objects.requireNonNull(sample.lost().get(Step.QUANTIZER));
    }

    /** Puts codebooks of other vectors in the place of the collection's. */
    private void breakQuantizer() {
        NativeMemory memory = new NativeMemory(1 << 28);
        try (Store store = Store.open(directory, memory);
                NativeMemory.Block block = memory.allocate(500L * DIMENSION * Float.BYTES, "noise")) {
            for (int i = 0; i < 500; i++) {
                float[] noise = Vectors.gaussian(random, DIMENSION, 1e-3);
                MemorySegment.copy(
                        noise,
                        0,
                        block.segment(),
                        ValueLayout.JAVA_FLOAT,
                        (long) i * DIMENSION * Float.BYTES,
                        DIMENSION);
            }
            byte[] broken = TrainedPipeline.train(PIPELINE, new Rows(block.segment(), 500, DIMENSION), Similarity.L2)
                    .toBytes();
            byte[] name = PIPELINE.toString().getBytes(StandardCharsets.UTF_8);
            PointStore points = Objects.requireNonNull(store.collections().get("docs"));
            try (StoreBatch batch = points.batch()) {
                batch.putMeta(
                        "pipeline/1",
                        ByteBuffer.allocate(1 + name.length + broken.length)
                                .put((byte) name.length)
                                .put(name)
                                .put(broken)
                                .array());
                batch.commitSynced();
            }
        }
    }

    @Test
    void isMeasuredAgainAfterEveryChangeAndKept() throws InterruptedException {
        RecallSample last;
        try (Engine engine = open()) {
            EngineCollection docs = engine.create("docs", config());
            assertEquals(List.of(), docs.recall());
            upsert(docs, 1_000);
            docs.optimize();
            RecallSample coded = next("optimize");
            docs.apply(Pipeline.parse("none/f32"), IndexSpec.parse("flat"), ProgressListener.NONE);
            assertEquals(1, next("apply").recall());
            docs.undo(ProgressListener.NONE);
            assertEquals(coded.recall(), next("undo").recall());
            engine.snapshots().create("docs", "one", ProgressListener.NONE);
            engine.snapshots().restore("docs", "one", "copy", false, ProgressListener.NONE);
            assertEquals(coded.recall(), next("restore").recall());
            assertEquals(
                    coded.recall(), engine.collection("copy").recall().getLast().recall());
            last = docs.measureProbes().orElseThrow();
        }
        try (Engine engine = open()) {
            assertEquals(last.recall(), next("open").recall());
            List<RecallSample> series = engine.collection("docs").recall();
            assertTrue(series.contains(last), series.toString());
        }
        try (Engine engine = Engine.open(directory)) {
            assertTrue(engine.collection("docs").recall().contains(last));
            assertEquals(
                    last.recall(),
                    engine.collection("docs").measureProbes().orElseThrow().recall());
        }
    }
}
