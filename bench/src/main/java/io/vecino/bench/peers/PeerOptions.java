package io.vecino.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a comparison and each of its processes are told. */
final class PeerOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(names = "--dataset", description = "A directory with base.* and heldout.*, queries.* or test.* vectors.")
    private @Nullable Path dataset;

    @Option(names = "--base", description = "Vectors to index, instead of --dataset.")
    private @Nullable Path base;

    @Option(names = "--queries", description = "Vectors to search for.")
    private @Nullable Path queries;

    @Option(names = "--metric", defaultValue = "ip", description = "ip, l2 or cosine (default: ${DEFAULT-VALUE}).")
    String metric = "ip";

    @Option(names = "--k", defaultValue = "10", description = "Neighbours (default: ${DEFAULT-VALUE}).")
    int k = 10;

    @Option(names = "--threads", defaultValue = "1", description = "Search threads (default: ${DEFAULT-VALUE}).")
    int threads = 1;

    @Option(
            names = "--build-threads",
            defaultValue = "2",
            description = "Threads that build, where an engine can use them (default: ${DEFAULT-VALUE}).")
    int buildThreads = 2;

    @Option(
            names = "--efforts",
            split = ",",
            defaultValue = "10,16,24,32,48,64,96,128,192,256,384",
            description = "Values of efSearch (default: ${DEFAULT-VALUE}).")
    List<Integer> efforts = List.of();

    @Option(
            names = "--memory",
            defaultValue = "8",
            description = "GiB for vectors, and heap (default: ${DEFAULT-VALUE}).")
    int memoryGib = 8;

    Path base() throws IOException {
        return base == null ? within("base") : base;
    }

    Path queries() throws IOException {
        return queries == null ? within("heldout", "queries", "test") : queries;
    }

    private Path within(String... names) throws IOException {
        if (dataset == null) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(), "expected --dataset, or --base and --queries");
        }
        try (Stream<Path> files = Files.list(dataset)) {
            List<Path> sorted = files.sorted().toList();
            for (String name : names) {
                for (Path file : sorted) {
                    if (file.getFileName().toString().startsWith(name + ".")) {
                        return file;
                    }
                }
            }
        }
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                dataset + ": expected a file named " + String.join(", ", names) + " and an ending, got none");
    }

    /** The same as arguments, for another process. */
    List<String> arguments() throws IOException {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(
                List.of("--base", base().toString(), "--queries", queries().toString()));
        arguments.addAll(List.of("--metric", metric, "--k", String.valueOf(k)));
        arguments.addAll(
                List.of("--threads", String.valueOf(threads), "--build-threads", String.valueOf(buildThreads)));
        arguments.addAll(List.of(
                "--efforts",
                String.join(",", efforts.stream().map(String::valueOf).toList())));
        arguments.addAll(List.of("--memory", String.valueOf(memoryGib)));
        return arguments;
    }
}
