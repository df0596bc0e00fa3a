package io.vecino.cli;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.EngineConfig;
import io.vecino.EngineFiles;
import io.vecino.EngineMeasures;
import io.vecino.cli.terminal.Console;
import io.vecino.model.EngineException;
import io.vecino.model.IndexSpec;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.model.TunePoint;
import io.vecino.model.TuneReport;
import io.vecino.model.TuneRequest;
import io.vecino.server.report.Json;
import io.vecino.server.report.Reports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** What pipelines would cost, which to choose, and choosing it. */
@Command(
        name = "tune",
        description = {
            "Dry run: what many pipelines would cost in recall, bytes and time on your vectors; the front, and which to choose.",
            "Of a collection:  vecino tune docs --data DIR --max-bytes 110 [--apply]",
            "Of a file:        vecino tune --base FILE [--queries FILE] --max-bytes 110",
            "Going back:       vecino tune docs --data DIR --undo"
        })
final class TuneCommand extends CommonOptions implements Callable<Integer> {
    private static final int MOST_QUERIES = 10_000;

    @Parameters(index = "0", arity = "0..1", paramLabel = "COLLECTION", description = "Name of the collection.")
    private @Nullable String collection;

    @Option(names = "--data", paramLabel = "DIR", description = "A data directory that no server has open.")
    private @Nullable Path directory;

    @Option(names = "--base", paramLabel = "FILE", description = "Vectors to tune on, instead of a collection.")
    private @Nullable Path base;

    @Option(
            names = "--queries",
            paramLabel = "FILE",
            description = "Vectors to search for. Default: some are held out of the rest.")
    private @Nullable Path queries;

    @Option(names = "--metric", description = "With --base: ip, l2 or cosine (default: ${DEFAULT-VALUE}).")
    private String metric = "ip";

    @Option(names = "--max-bytes", paramLabel = "B", description = "Most bytes per vector.")
    private @Nullable Double maxBytes;

    @Option(names = "--min-recall", paramLabel = "R", description = "Least recall, such as 0.95.")
    private @Nullable Double minRecall;

    @Option(names = "--max-latency", paramLabel = "US", description = "Most microseconds of a search, median.")
    private @Nullable Double maxLatency;

    @Option(names = "--k", description = "Neighbours compared (default: ${DEFAULT-VALUE}).")
    private int k = TuneRequest.DEFAULT.k();

    @Option(names = "--rows", description = "Vectors to try on, at most (default: ${DEFAULT-VALUE}).")
    private int rows = TuneRequest.DEFAULT.rows();

    @Option(names = "--held-out", description = "Queries to hold out (default: ${DEFAULT-VALUE}).")
    private int heldOut = TuneRequest.DEFAULT.heldOut();

    @Option(names = "--pipeline", split = ",", description = "Pipelines to try, instead of the default grid.")
    private List<String> pipelines = List.of();

    @Option(names = "--index", split = ";", description = "Indexes to try, separated by ; (default: flat;graph:lean).")
    private List<String> indexes = List.of();

    @Option(names = "--oversample", split = ",", description = "Candidates per result (default: 1,4,10).")
    private List<Float> oversamples = List.of();

    @Option(names = "--full", description = "Measure every combination, also those that cannot matter.")
    private boolean full;

    @Option(names = "--state", paramLabel = "FILE", description = "Keep what is measured, and go on from there.")
    private @Nullable Path state;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a report with charts.")
    private @Nullable Path html;

    @Option(names = "--all", description = "Show all points, not the front alone.")
    private boolean all;

    @Option(
            names = "--apply",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "PIPELINE",
            description = "Re-encode the collection: as recommended, or by PIPELINE and --index without a dry run.")
    private @Nullable String apply;

    @Option(names = "--undo", description = "Go back to what was before the last change.")
    private boolean undo;

    @Option(names = "--memory", paramLabel = "GIB", description = "Native memory (default: ${DEFAULT-VALUE}).")
    private int memory = 8;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    private final Console console;

    TuneCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (StagedProgress progress = new StagedProgress(console)) {
            if (base != null) {
                ofFile(base, progress);
            } else {
                ofCollection(progress);
            }
        }
        return ExitCode.OK;
    }

    private TuneRequest request() {
        return new TuneRequest(
                queries == null || base != null ? List.of() : EngineFiles.vectors(queries, MOST_QUERIES),
                heldOut,
                k,
                rows,
                pipelines.stream().map(Pipeline::parse).toList(),
                indexes.isEmpty()
                        ? TuneRequest.DEFAULT.indexes()
                        : indexes.stream().map(IndexSpec::parse).toList(),
                oversamples.isEmpty() ? TuneRequest.DEFAULT.oversamples() : oversamples,
                new TuneRequest.Limits(
                        Optional.ofNullable(maxBytes), Optional.ofNullable(minRecall), Optional.ofNullable(maxLatency)),
                !full,
                Optional.ofNullable(state));
    }

    private void ofFile(Path vectors, StagedProgress progress) {
        if (collection != null || directory != null || apply != null || undo) {
            throw new EngineException.InvalidArgument("--base", "no collection, --apply or --undo beside it", "some");
        }
        TuneReport report = EngineMeasures.tune(
                vectors, Optional.ofNullable(queries), Metric.parse(metric), request(), (long) memory << 30, progress);
        progress.close();
        print(report, String.valueOf(vectors.getFileName()));
    }

    private void ofCollection(StagedProgress progress) {
        if (collection == null) {
            throw new EngineException.InvalidArgument("COLLECTION", "the name of one, or --base", "none");
        }
        if (directory == null || !Files.isDirectory(directory.resolve("rocksdb"))) {
            throw new EngineException.InvalidArgument("--data", "a Vecino data directory", String.valueOf(directory));
        }
        EngineConfig settings = EngineConfig.of(directory).withMemoryLimit((long) memory << 30);
        try (Engine engine = Engine.open(settings)) {
            EngineCollection docs = engine.collection(collection);
            if (undo) {
                docs.undo(progress);
                progress.close();
                changed(docs);
            } else if (apply != null && !apply.isEmpty()) {
                IndexSpec index = indexes.isEmpty() ? docs.config().index() : IndexSpec.parse(indexes.getFirst());
                docs.apply(Pipeline.parse(apply), index, progress);
                progress.close();
                changed(docs);
            } else {
                tune(docs, progress);
            }
        }
    }

    private void tune(EngineCollection docs, StagedProgress progress) {
        TuneReport report = docs.tune(request(), progress);
        progress.close();
        print(report, docs.name());
        if (apply != null) {
            TunePoint point = report.recommended()
                    .orElseThrow(() -> new EngineException.InvalidArgument(
                            "--apply", "limits that some point keeps", report.reason()));
            docs.apply(point.pipeline(), point.index(), progress);
            progress.close();
            changed(docs);
        }
    }

    private void changed(EngineCollection docs) {
        console.note("vecino: " + docs.name() + " is " + docs.config().pipeline() + ", index "
                + docs.config().index() + "; --undo goes back");
    }

    private void print(TuneReport report, String name) {
        String json = Json.text(Reports.of(report));
        if (asJson) {
            console.out().println(json);
        } else {
            TuneTable.print(new JsonMapper().readTree(json), all, console.out());
            if (base == null && apply == null) {
                report.recommended()
                        .ifPresent(point -> console.out()
                                .println("\n"
                                        + EngineMeasures.advice(point, name).strip()));
            }
        }
        if (html != null) {
            try {
                Files.writeString(Objects.requireNonNull(html), EngineMeasures.html(report, name));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
