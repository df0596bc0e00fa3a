package io.vecino.cli;

import io.vecino.cli.client.PointBody;
import io.vecino.cli.client.VecinoClient;
import io.vecino.cli.docs.Corpus;
import io.vecino.cli.docs.Passage;
import io.vecino.cli.embedding.Embedder;
import io.vecino.cli.embedding.EmbeddingCache;
import io.vecino.cli.terminal.Console;
import io.vecino.cli.terminal.Progress;
import io.vecino.model.Pipeline;
import io.vecino.model.TrialRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The demonstration: passages embedded, loaded into a server over HTTP, asked and measured. */
final class Demo {
    static final String COLLECTION = "jdk";

    /** Fewer passages than this are too few to train a reduction to half the dimensions. */
    private static final int SMALL = 500;

    private static final int HELD_OUT = 500;
    private static final int BATCH = 1000;
    private static final int HITS = 3;
    private static final int K = 10;
    private static final int OVERSAMPLE = 4;

    private final Corpus corpus;
    private final Embedder embedder;
    private final EmbeddingCache cache;
    private final Console console;
    private final int reduced;

    Demo(Corpus corpus, Embedder embedder, EmbeddingCache cache, Console console) {
        this.corpus = corpus;
        this.embedder = embedder;
        this.cache = cache;
        this.console = console;
        this.reduced = embedder.dimension() / (corpus.passages().size() < SMALL ? 4 : 2);
    }

    private String storedAs() {
        return "pca:" + reduced + "/int8";
    }

    private List<Pipeline> measured() {
        String wide = "pca:" + reduced;
        String narrow = "pca:" + reduced / 2;
        return Stream.of(
                        "none/f32",
                        "none/f16",
                        "none/int8",
                        wide + "/f32",
                        wide + "/int8",
                        narrow + "/f32",
                        narrow + "/int8")
                .map(Pipeline::parse)
                .toList();
    }

    /** One vector per passage, kept from an earlier run or computed. */
    List<float[]> embed() {
        List<String> texts = corpus.passages().stream().map(Passage::text).toList();
        try (Progress progress = console.progress("embedding", texts.size())) {
            return cache.embed(embedder, texts, progress::add);
        }
    }

    /** Loads, asks and measures on a server that holds nothing yet. */
    DemoReport run(RunningServer server, List<float[]> vectors) throws InterruptedException {
        List<float[]> heldOut = heldOut(vectors);
        try (VecinoClient client = new VecinoClient(server.address())) {
            load(client, vectors);
            console.note("training " + storedAs() + " and compressing");
            client.optimize(COLLECTION);
            List<DemoReport.Answer> answers = ask(client);
            console.note("measuring " + measured().size() + " pipelines with " + heldOut.size() + " held-out passages");
            return new DemoReport(
                    corpus.origin(),
                    corpus.passages().size(),
                    heldOut.size(),
                    embedder.dimension(),
                    answers,
                    measure(server, heldOut));
        }
    }

    /** The vector of the first question, for trying the server by hand. */
    float[] firstQuestion() {
        return embedder.embed(corpus.questions().subList(0, 1), _ -> {}).getFirst();
    }

    private void load(VecinoClient client, List<float[]> vectors) {
        client.create(COLLECTION, embedder.dimension(), "cosine", storedAs());
        try (Progress progress =
                console.progress("loading", vectors.size() - heldOut(vectors).size())) {
            List<PointBody> batch = new ArrayList<>(BATCH);
            for (int i = 0; i < vectors.size(); i++) {
                if (!isHeldOut(i, vectors.size())) {
                    batch.add(point(i, vectors.get(i)));
                }
                if (batch.size() == BATCH || i == vectors.size() - 1) {
                    client.upsert(COLLECTION, batch);
                    progress.add(batch.size());
                    batch.clear();
                }
            }
        }
    }

    private PointBody point(int id, float[] vector) {
        Passage passage = corpus.passages().get(id);
        return new PointBody(
                id,
                VecinoClient.base64(vector),
                Map.of(
                        "module", passage.module(),
                        "class", passage.className(),
                        "declaration", passage.declaration(),
                        "text", passage.text()));
    }

    private List<DemoReport.Answer> ask(VecinoClient client) {
        List<DemoReport.Answer> answers = new ArrayList<>();
        List<float[]> vectors = embedder.embed(corpus.questions(), _ -> {});
        for (int i = 0; i < vectors.size(); i++) {
            List<DemoReport.Found> found = client.search(COLLECTION, vectors.get(i), HITS).stream()
                    .map(DemoReport.Found::of)
                    .toList();
            answers.add(new DemoReport.Answer(corpus.questions().get(i), found));
        }
        return answers;
    }

    private List<DemoReport.Row> measure(RunningServer server, List<float[]> heldOut) {
        return server
                .engine()
                .collection(COLLECTION)
                .trial(new TrialRequest(measured(), heldOut, K, OVERSAMPLE))
                .stream()
                .map(result -> DemoReport.Row.of(result, embedder.dimension()))
                .toList();
    }

    private static List<float[]> heldOut(List<float[]> vectors) {
        List<float[]> heldOut = new ArrayList<>();
        for (int i = 0; i < vectors.size(); i++) {
            if (isHeldOut(i, vectors.size())) {
                heldOut.add(vectors.get(i));
            }
        }
        return heldOut;
    }

    /** Every n-th passage, so that all packages take part: 500, or a twentieth of a small corpus. */
    private static boolean isHeldOut(int i, int count) {
        int stride = Math.max(20, count / HELD_OUT);
        return i % stride == stride / 2;
    }
}
