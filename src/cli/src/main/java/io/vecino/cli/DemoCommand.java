package io.vecino.cli;

import io.vecino.cli.client.VecinoClient;
import io.vecino.cli.docs.BundledText;
import io.vecino.cli.docs.Corpus;
import io.vecino.cli.docs.JdkDocumentation;
import io.vecino.cli.embedding.EmbeddingCache;
import io.vecino.cli.embedding.MiniLm;
import io.vecino.cli.terminal.Console;
import io.vecino.cli.terminal.Host;
import io.vecino.model.EngineException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Shows the whole on real input. */
@Command(
        name = "demo",
        description = {
            "Embeds the documentation of the JDK in this process, loads it into a fresh server over HTTP, asks it questions"
                    + " and measures what each way of compressing costs.",
            "Embeddings are kept in the user's cache directory; everything else is temporary."
        })
final class DemoCommand extends CommonOptions implements Callable<Integer> {
    private static final int MIN_PASSAGES = 500;

    @Option(names = "--json", description = "Print one JSON object on standard output.")
    private boolean asJson;

    @Option(names = "--keep", description = "Leave the server running until interrupted, and say how to use it.")
    private boolean keep;

    @Option(
            names = "--passages",
            paramLabel = "N",
            defaultValue = "12000",
            description = "How many passages to take, at least 500; default ${DEFAULT-VALUE}.")
    private int passages = 12_000;

    @Option(names = "--bundled", hidden = true, description = "Take the small text that comes along.")
    private boolean bundled;

    private final Console console;

    DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (passages < MIN_PASSAGES) {
            throw new EngineException.InvalidArgument(
                    "--passages", "at least " + MIN_PASSAGES, String.valueOf(passages));
        }
        Corpus corpus = corpus();
        Path cacheDirectory = Host.cacheDirectory();
        try (MiniLm embedder = new MiniLm(cacheDirectory.resolve("tokenizer"))) {
            Demo demo = new Demo(corpus, embedder, new EmbeddingCache(cacheDirectory, console::note), console);
            List<float[]> vectors = demo.embed();
            try (RunningServer server = RunningServer.temporary()) {
                return serve(demo, server, vectors);
            }
        }
    }

    private int serve(Demo demo, RunningServer server, List<float[]> vectors) throws IOException, InterruptedException {
        try {
            DemoReport report = demo.run(server, vectors);
            if (asJson) {
                console.out().println(new JsonMapper().writeValueAsString(report));
            } else {
                DemoText.print(report, console.out());
            }
        } catch (RuntimeException e) {
            if (server.askedToEnd()) {
                return ExitCode.SOFTWARE;
            }
            throw e;
        }
        if (keep) {
            explain(server, demo.firstQuestion());
            server.untilAskedToEnd();
        }
        return ExitCode.OK;
    }

    private Corpus corpus() {
        if (bundled) {
            return BundledText.corpus();
        }
        try {
            console.note("reading the documentation in " + Host.jdkSources());
            return JdkDocumentation.corpus(Host.jdkSources(), Host.jdkVersion(), passages);
        } catch (IOException e) {
            console.note("this JDK has no documentation to read (" + e.getMessage() + "); taking a small bundled text");
            return BundledText.corpus();
        }
    }

    private void explain(RunningServer server, float[] question) throws IOException {
        Path query = server.data().resolve("question.json");
        Files.writeString(
                query, "{\"vector\":\"" + VecinoClient.base64(question) + "\",\"k\":3,\"with_payload\":true}");
        PrintStream out = asJson ? console.err() : console.out();
        String collection = server.address() + "/v1/collections/" + Demo.COLLECTION;
        out.println();
        out.println("The server runs on " + server.address() + " until you press Ctrl-C. Try:");
        out.println("  curl " + collection);
        out.println("  curl " + collection + "/points/0");
        out.println("  curl " + collection + ":search -H 'content-type: application/json' -d @" + query);
    }
}
