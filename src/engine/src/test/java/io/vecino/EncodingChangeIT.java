package io.vecino;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.BackgroundJob;
import io.vecino.model.DirectoryReport;
import io.vecino.model.EngineException;
import io.vecino.model.Payload;
import io.vecino.model.Pipeline;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ProgressListener;
import io.vecino.model.ScoredPoint;
import io.vecino.model.SearchRequest;
import io.vecino.model.SnapshotInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Changing pipeline and index of a collection while it is used, and back. Longer with {@code -Dvecino.test.long}. */
class EncodingChangeIT extends EncodingChanges {
    @Test
    void answersWhatIsThereWhileItChanges() throws Exception {
        try (Engine engine = Engine.open(settings());
                ExecutorService reader = Executors.newSingleThreadExecutor()) {
            EngineCollection docs = engine.create("docs", CONFIG);
            upsert(docs, 60);
            AtomicBoolean done = new AtomicBoolean();
            Future<Integer> read = reader.submit(() -> {
                int answers = 0;
                while (!done.get()) {
                    assertEquals("docs", docs.info().name());
                    answers++;
                }
                return answers;
            });
            assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
                docs.apply(F16, FLAT, (_, _) -> {});
                for (int i = 0; i < 40; i++) {
                    docs.undo((_, _) -> {});
                }
            });
            done.set(true);
            assertTrue(read.get() > 0);
            verify(docs);
        }
    }

    @Test
    void takesTheNewEncodingAndGoesBackToTheFilesOfTheOld() throws IOException {
        try (Engine engine = Engine.open(settings())) {
            EngineCollection docs = filled(engine);
            List<String> before = indexFiles();
            assertEquals(1, before.size());
            List<Double> shares = new ArrayList<>();
            docs.apply(PCA, FLAT, (_, share) -> shares.add(share));
            assertEquals(CONFIG.with(PCA), docs.config());
            assertEquals(CONFIG.with(PCA), docs.info().config());
            assertEquals(CONFIG, docs.previous().orElseThrow());
            assertEquals(0, docs.info().unsealedPoints());
            assertTrue(docs.info().bytesPerVector() < 80, docs.info().toString());
            assertEquals(shares.stream().sorted().toList(), shares);
            verify(docs);
            churn(docs);

            docs.undo(ProgressListener.NONE);
            assertEquals(CONFIG, docs.config());
            assertEquals(CONFIG.with(PCA), docs.previous().orElseThrow());
            verify(docs);
            assertTrue(indexFiles().containsAll(before), before + " " + indexFiles());
            churn(docs);
            docs.undo(ProgressListener.NONE);
            assertEquals(CONFIG.with(PCA), docs.config());
            verify(docs);
        }
        try (Engine engine = Engine.open(settings())) {
            EngineCollection docs = engine.collection("docs");
            assertEquals(CONFIG.with(PCA), docs.config());
            verify(docs);
            docs.undo(ProgressListener.NONE);
            verify(docs);
            docs.apply(F16, GRAPH, ProgressListener.NONE);
            assertEquals(CONFIG.with(F16, GRAPH), docs.config());
            verify(docs);
        }
        try (Engine engine = Engine.open(settings())) {
            EngineCollection docs = engine.collection("docs");
            assertEquals(CONFIG.with(F16, GRAPH), docs.config());
            verify(docs);
            docs.undo(ProgressListener.NONE);
            assertEquals(CONFIG, docs.config());
            verify(docs);
            docs.optimize();
            verify(docs);
        }
        DirectoryReport report = EngineDirectory.verify(directory);
        assertTrue(report.sound(), report.toString());
        assertEquals(List.of(), report.collections().getFirst().leftovers());
        assertFalse(Files.exists(directory.resolve("quarantine")));
    }

    @Test
    void readsAndWritesGoOnMeanwhile() throws Exception {
        try (Engine engine = Engine.open(settings());
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            EngineCollection docs = filled(engine);
            Point fixed = new Point(PointId.of("fixed"), Vectors.gaussian(random, DIMENSION, 5), Payload.EMPTY);
            docs.upsert(List.of(fixed));
            for (int round = 0; round < (THOROUGH ? 10 : 1); round++) {
                AtomicBoolean stop = new AtomicBoolean();
                Future<Integer> reader = threads.submit(() -> {
                    int searches = 0;
                    while (!stop.get() || searches == 0) {
                        List<ScoredPoint> hits =
                                docs.search(SearchRequest.of(fixed.vector(), 1).with(GENEROUS));
                        assertEquals(fixed.id(), hits.getFirst().id());
                        searches++;
                    }
                    return searches;
                });
                Future<Integer> writer = threads.submit(() -> {
                    int writes = 0;
                    while (!stop.get() || writes < 10) {
                        churn(docs);
                        writes++;
                    }
                    return writes;
                });
                try {
                    docs.apply(PCA, FLAT, ProgressListener.NONE);
                    docs.undo(ProgressListener.NONE);
                    docs.apply(F16, GRAPH, ProgressListener.NONE);
                    docs.undo(ProgressListener.NONE);
                } finally {
                    stop.set(true);
                }
                assertTrue(reader.get() > 0 && writer.get() > 0);
                expected.put(fixed.id(), fixed);
                verify(docs);
                expected.remove(fixed.id());
            }
            assertEquals(CONFIG, docs.config());
        }
        try (Engine engine = Engine.open(settings())) {
            engine.collection("docs").delete(List.of(PointId.of("fixed")));
            verify(engine.collection("docs"));
        }
    }

    /** Every step of a random sequence leaves what a map holds too. */
    @Test
    void anySequenceOfChangesKeepsEveryPoint() {
        Engine engine = Engine.open(settings());
        try {
            engine.create("docs", CONFIG);
            for (int step = 0; step < (THOROUGH ? 200 : 16); step++) {
                EngineCollection docs = engine.collection("docs");
                switch (random.nextInt(8)) {
                    case 0 -> docs.apply(PCA, FLAT, ProgressListener.NONE);
                    case 1 -> docs.apply(F16, GRAPH, ProgressListener.NONE);
                    case 2, 3 -> {
                        if (docs.previous().isPresent()) {
                            docs.undo(ProgressListener.NONE);
                        }
                    }
                    case 4 -> {
                        engine.close();
                        engine = Engine.open(settings());
                    }
                    case 5 -> {
                        SnapshotInfo snapshot = engine.snapshots().create("docs");
                        engine.snapshots().restore("docs", snapshot.name(), "docs", true, ProgressListener.NONE);
                        engine.snapshots().delete("docs", snapshot.name());
                    }
                    default -> {
                        upsert(docs, 300);
                        churn(docs);
                    }
                }
                verify(engine.collection("docs"));
            }
        } finally {
            engine.close();
        }
    }

    @Test
    void encodesAnewWhatIsDamagedOfTheOldEncoding() throws IOException {
        try (Engine engine = Engine.open(settings())) {
            EngineCollection docs = filled(engine);
            List<String> before = indexFiles();
            docs.apply(PCA, FLAT, ProgressListener.NONE);
            try (Stream<Path> files = Files.walk(directory.resolve("segments"))) {
                for (Path file :
                        files.filter(path -> path.endsWith(before.getFirst())).toList()) {
                    Files.write(file, new byte[100]);
                }
            }
            docs.undo(ProgressListener.NONE);
            assertEquals(CONFIG, docs.config());
            verify(docs);
        }
        try (Engine engine = Engine.open(settings())) {
            verify(engine.collection("docs"));
        }
    }

    @Test
    void changesACollectionInWhichNothingIsSealed() {
        try (Engine engine = Engine.open(settings())) {
            EngineCollection docs = engine.create("docs", CONFIG);
            docs.apply(PCA, FLAT, ProgressListener.NONE);
            assertEquals(CONFIG.with(PCA), docs.config());
            upsert(docs, 50);
            docs.apply(F16, GRAPH, ProgressListener.NONE);
            docs.optimize();
            verify(docs);
            assertEquals(1, docs.info().segments());
            docs.undo(ProgressListener.NONE);
            assertEquals(CONFIG.with(PCA), docs.config());
            verify(docs);
        }
        try (Engine engine = Engine.open(settings())) {
            assertEquals(CONFIG.with(PCA), engine.collection("docs").config());
            verify(engine.collection("docs"));
        }
    }

    @Test
    void refusesWhatCannotBeAndLeavesEverythingAsItWas() throws Exception {
        try (Engine engine = Engine.open(settings());
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            EngineCollection docs = filled(engine);
            assertThrows(EngineException.Conflict.class, () -> docs.undo(ProgressListener.NONE));
            assertThrows(
                    EngineException.InvalidArgument.class,
                    () -> docs.apply(Pipeline.parse("pca:17/int8"), FLAT, ProgressListener.NONE));
            assertThrows(EngineException.InvalidArgument.class, () -> docs.apply(INT8, GRAPH, ProgressListener.NONE));
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            Future<?> first = threads.submit(() -> docs.apply(PCA, FLAT, (_, _) -> {
                inside.countDown();
                pass(go);
            }));
            pass(inside);
            assertEquals(
                    List.of("apply"),
                    docs.info().jobs().stream().map(BackgroundJob::kind).toList());
            assertThrows(EngineException.Conflict.class, () -> docs.apply(PCA, FLAT, ProgressListener.NONE));
            assertEquals(CONFIG, docs.config());
            verify(docs);
            go.countDown();
            first.get();
            assertEquals(CONFIG.with(PCA), docs.config());
            assertEquals(List.of(), docs.info().jobs());
        }
    }

    private static void pass(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
