package io.vecino.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** The project's indexes, FAISS, Lucene and JVector on the same vectors, one process after the other. */
@Command(
        name = "peers",
        description = "Recall, speed, size and build time beside FAISS, Lucene and JVector.",
        mixinStandardHelpOptions = true)
public final class PeersCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private PeerOptions options = new PeerOptions();

    @Option(names = "--contenders", split = ",", description = "Who takes part (default: all).")
    private List<String> contenders = Contenders.ALL;

    @Option(names = "--out", description = "A directory for peers.json and peers.html.")
    private @Nullable Path out;

    @Option(names = "--json", description = "One JSON object per line.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<String> arguments = options.arguments();
        List<Standing> standings = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (String contender : contenders) {
            err("measuring " + contender);
            if (!measure(contender, arguments, standings)) {
                failed.add(contender);
            }
        }
        PeersReport report = new PeersReport(standings, options.k);
        if (!json) {
            Objects.requireNonNull(spec).commandLine().getOut().print(report.table());
        }
        if (out != null) {
            Files.createDirectories(out);
            Files.writeString(out.resolve("peers.json"), JsonMapper.shared().writeValueAsString(standings));
            Files.writeString(out.resolve("peers.html"), report.html());
        }
        failed.forEach(contender -> err(contender + " failed"));
        return failed.isEmpty() ? 0 : 1;
    }

    private boolean measure(String contender, List<String> arguments, List<Standing> standings)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx" + options.memoryGib + "g",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                // Lucene and JVector score with it.
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                "io.vecino.bench.Main",
                "peer",
                "--contender",
                contender));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (json) {
                    Objects.requireNonNull(spec).commandLine().getOut().println(line);
                }
                standings.add(JsonMapper.shared().readValue(line, Standing.class));
            }
        }
        return process.waitFor() == 0;
    }

    private void err(String line) {
        Objects.requireNonNull(spec).commandLine().getErr().println(line);
    }
}
