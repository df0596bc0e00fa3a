package io.vecino.cli;

import io.vecino.Engine;
import io.vecino.EngineCollection;
import io.vecino.EngineConfig;
import io.vecino.EngineMeasures;
import io.vecino.cli.terminal.Console;
import io.vecino.model.Alignment;
import io.vecino.model.EngineException;
import io.vecino.model.Inspection;
import io.vecino.model.Metric;
import io.vecino.server.report.Json;
import io.vecino.server.report.Reports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What vectors are like, without labels. */
@Command(
        name = "inspect",
        description = {
            "Rank, isotropy, intrinsic dimension, hubness, duplicates and more of vectors, and which pipelines suit them.",
            "Of a collection:  vecino inspect docs --data DIR [--with OTHER]",
            "Of a file:        vecino inspect --base FILE [--with FILE]"
        })
final class InspectCommand extends CommonOptions implements Callable<Integer> {
    @Parameters(index = "0", arity = "0..1", paramLabel = "COLLECTION", description = "Name of the collection.")
    private @Nullable String collection;

    @Option(names = "--data", paramLabel = "DIR", description = "A data directory that no server has open.")
    private @Nullable Path directory;

    @Option(names = "--base", paramLabel = "FILE", description = "Vectors to inspect, instead of a collection.")
    private @Nullable Path base;

    @Option(
            names = "--with",
            paramLabel = "OTHER",
            description = "Another embedding of the same ids, or rows: adds SVCCA, CKA and neighbours in common.")
    private @Nullable String other;

    @Option(names = "--metric", description = "With --base: ip, l2 or cosine (default: ${DEFAULT-VALUE}).")
    private String metric = "ip";

    @Option(names = "--memory", paramLabel = "GIB", description = "Native memory (default: ${DEFAULT-VALUE}).")
    private int memory = 8;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    private final Console console;

    InspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (base != null) {
            ofFile(base);
        } else {
            ofCollection();
        }
        return ExitCode.OK;
    }

    private long bytes() {
        return (long) memory << 30;
    }

    private void ofFile(Path vectors) {
        if (collection != null || directory != null) {
            throw new EngineException.InvalidArgument("--base", "no collection beside it", "one");
        }
        Metric compared = Metric.parse(metric);
        Inspection seen;
        try (StagedProgress progress = new StagedProgress(console)) {
            seen = EngineMeasures.inspect(vectors, compared, bytes(), progress);
        }
        print(seen, other == null ? null : EngineMeasures.compare(vectors, Path.of(other), compared, bytes()));
    }

    private void ofCollection() {
        if (collection == null) {
            throw new EngineException.InvalidArgument("COLLECTION", "the name of one, or --base", "none");
        }
        if (directory == null || !Files.isDirectory(directory.resolve("rocksdb"))) {
            throw new EngineException.InvalidArgument("--data", "a Vecino data directory", String.valueOf(directory));
        }
        try (Engine engine = Engine.open(EngineConfig.of(directory).withMemoryLimit(bytes()))) {
            EngineCollection docs = engine.collection(collection);
            Inspection seen;
            try (StagedProgress progress = new StagedProgress(console)) {
                seen = docs.inspect(progress);
            }
            print(seen, other == null ? null : docs.compare(engine.collection(other)));
        }
    }

    private void print(Inspection seen, @Nullable Alignment alignment) {
        if (asJson) {
            Map<String, Object> json = new LinkedHashMap<>(Reports.of(seen));
            if (alignment != null) {
                json.put("alignment", Reports.of(alignment));
            }
            console.out().println(Json.text(json));
            return;
        }
        InspectTable.print(seen, console.out());
        if (alignment != null) {
            InspectTable.print(alignment, console.out());
        }
    }
}
