package io.vecino;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.CollectionConfig;
import io.vecino.model.EngineException;
import io.vecino.model.Payload;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import io.vecino.model.ProgressListener;
import io.vecino.model.SearchRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A change of pipeline and index through closing, full disks and kills. Longer with {@code -Dvecino.test.long}. */
class EncodingChangeCrashIT extends EncodingChanges {
    @Test
    void theOldEncodingStandsWhenTheEngineIsClosedInTheMiddle() throws Exception {
        List<String> before;
        try (Engine engine = Engine.open(settings())) {
            filled(engine).optimize();
            before = indexFiles();
        }
        for (boolean undo : new boolean[] {false, true}) {
            Engine engine = Engine.open(settings());
            EngineCollection docs = engine.collection("docs");
            Thread closing = Thread.ofPlatform().unstarted(engine::close);
            ProgressListener close = (_, _) -> {
                if (closing.getState() == Thread.State.NEW) {
                    closing.start();
                    while (isOpen(docs)) {
                        Thread.onSpinWait();
                    }
                }
            };
            if (undo) {
                docs.apply(PCA, FLAT, ProgressListener.NONE);
                docs.undo(ProgressListener.NONE);
                before = indexFiles();
            }
            assertThrows(EngineException.Unavailable.class, () -> {
                if (undo) {
                    docs.undo(close);
                } else {
                    docs.apply(F16, GRAPH, close);
                }
            });
            closing.join();
            assertEquals(before, indexFiles());
            try (Engine reopened = Engine.open(settings())) {
                assertEquals(CONFIG, reopened.collection("docs").config());
                verify(reopened.collection("docs"));
            }
        }
    }

    private static boolean isOpen(EngineCollection docs) {
        try {
            docs.count();
            return true;
        } catch (EngineException.Unavailable e) {
            return false;
        }
    }

    @Test
    void theOldEncodingStandsWhenTheDiskIsFull() throws IOException {
        try (Engine engine = Engine.open(settings())) {
            filled(engine).optimize();
        }
        List<String> before = indexFiles();
        int failures = 0;
        boolean failed = true;
        for (int operation = 0; failed; operation += THOROUGH ? 1 : 7) {
            try (Engine engine = Engine.open(settings(), new FullDisk(operation, Integer.MAX_VALUE))) {
                EngineCollection docs = engine.collection("docs");
                try {
                    docs.apply(PCA, FLAT, ProgressListener.NONE);
                    failed = false;
                } catch (EngineException.ResourceExhausted e) {
                    failures++;
                    assertEquals(CONFIG, docs.config());
                    assertEquals(before, indexFiles());
                }
                verify(docs);
            }
        }
        assertTrue(failures > 1, failures + " failures");
    }

    /** A child process that is gone at a chosen step of a change. */
    public static final class Killed {
        private Killed() {}

        public static void main(String[] args) {
            int[] steps = {Integer.parseInt(args[2])};
            ProgressListener listener = (_, _) -> {
                if (steps[0]-- == 0) {
                    Runtime.getRuntime().halt(9);
                }
            };
            Engine engine = Engine.open(EngineConfig.of(Path.of(args[0])).withSealPoints(150));
            if (args[1].equals("undo")) {
                engine.collection("docs").undo(listener);
            } else {
                engine.collection("docs").apply(PCA, FLAT, listener);
            }
            Runtime.getRuntime().halt(0);
        }
    }

    @Test
    void theOldOrTheNewEncodingStandsAfterAKill() throws Exception {
        try (Engine engine = Engine.open(settings())) {
            EngineCollection docs = engine.create("docs", CONFIG);
            for (int i = 0; i < 8; i++) {
                Map<PointId, Point> batch = new HashMap<>();
                for (float[] vector : Vectors.clustered(random, 600, DIMENSION)) {
                    PointId id = id(batch.size() + 600 * i);
                    batch.put(id, new Point(id, vector, new Payload(Map.of("n", random.nextInt(5)))));
                }
                docs.upsert(List.copyOf(batch.values()));
                expected.putAll(batch);
            }
            docs.optimize();
        }
        int killed = 0;
        List<String> changes = List.of("apply", "apply", "undo", "undo");
        for (int i = 0; i < changes.size(); i++) {
            String change = changes.get(i);
            int step = i % 2 == 0 ? random.nextInt(6) : Integer.MAX_VALUE;
            CollectionConfig before;
            try (Engine engine = Engine.open(settings())) {
                before = engine.collection("docs").config();
            }
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Killed.class.getName(),
                            directory.toString(),
                            change,
                            String.valueOf(step))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            int exit = child.waitFor();
            assertTrue(exit == 0 || exit == 9, "exit code " + exit);
            killed += exit == 9 ? 1 : 0;
            try (Engine engine = Engine.open(settings())) {
                EngineCollection docs = engine.collection("docs");
                assertEquals(exit == 9, docs.config().equals(before));
                assertEquals(
                        List.of(),
                        docs.info().jobs().stream()
                                .filter(job -> job.kind().equals(change))
                                .toList());
                assertEquals(expected.size(), docs.count());
                for (Point point : expected.values().stream().limit(300).toList()) {
                    assertEquals(
                            point.id(),
                            docs.search(SearchRequest.of(point.vector(), 1).with(GENEROUS))
                                    .getFirst()
                                    .id());
                }
            }
        }
        System.out.println("EncodingChangeCrashIT: " + killed + " of 4 changes killed");
        assertEquals(2, killed);
    }
}
