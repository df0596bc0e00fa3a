package io.vecino.bench.peers;

import io.vecino.bench.LoadedVectors;
import io.vecino.measure.GroundTruth;
import io.vecino.model.Metric;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Similarity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** One contender, in a process of its own so that the compiler sees no other's searches. */
@Command(
        name = "peer",
        description = "One contender of bench peers; one JSON object per effort.",
        hidden = true,
        mixinStandardHelpOptions = true)
public final class PeerCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private PeerOptions options = new PeerOptions();

    @Option(names = "--contender", required = true, description = "Its name.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
        Metric metric = Metric.parse(options.metric);
        NativeMemory memory = new NativeMemory((long) options.memoryGib << 30);
        Path directory = Files.createTempDirectory("vecino-peer");
        try (LoadedVectors base = LoadedVectors.read(options.base(), metric, memory);
                LoadedVectors searched = LoadedVectors.read(options.queries(), metric, memory)) {
            base.requireSameDimension(searched);
            GroundTruth truth = GroundTruth.exact(base.rows(), searched.rows(), Similarity.of(metric), options.k);
            List<float[]> queries = IntStream.range(0, searched.rows().count())
                    .mapToObj(searched.rows()::copyOf)
                    .toList();
            long start = System.nanoTime();
            try (Contender contender =
                    Contenders.build(name, new Contest(base.rows(), metric, options.buildThreads, directory, memory))) {
                double buildSeconds = (System.nanoTime() - start) / 1e9;
                for (int effort : options.efforts) {
                    if (effort >= options.k) {
                        Timing.Outcome outcome = new Timing(contender, queries, truth, options.threads).measure(effort);
                        print(new Standing(
                                name,
                                effort,
                                outcome.recall(),
                                outcome.qps(),
                                outcome.p50Micros(),
                                outcome.p99Micros(),
                                buildSeconds,
                                contender.bytesPerVector(),
                                options.threads));
                    }
                }
            }
        } finally {
            remove(directory);
        }
        return 0;
    }

    private void print(Standing standing) {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println(JsonMapper.shared().writeValueAsString(standing));
        out.flush();
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
