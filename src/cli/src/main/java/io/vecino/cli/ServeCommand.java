package io.vecino.cli;

import io.vecino.EngineConfig;
import io.vecino.cli.terminal.Console;
import io.vecino.model.RecallWatch;
import io.vecino.server.ServerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** The server, in the foreground. */
@Command(name = "serve", description = "Serves a data directory until it is interrupted.")
final class ServeCommand extends CommonOptions implements Callable<Integer> {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "vecino-data",
            description = "Data directory, created if absent; default ${DEFAULT-VALUE}.")
    private Path data = Path.of("vecino-data");

    @Option(
            names = "--snapshots",
            paramLabel = "DIR",
            description = "Where snapshots go; default: snapshots in the data directory.")
    private @Nullable Path snapshots;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "Address to listen on; default ${DEFAULT-VALUE}.")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            defaultValue = "7040",
            description = "Port to listen on, 0 for a free one; default ${DEFAULT-VALUE}.")
    private int port = 7040;

    @Option(
            names = "--grpc-port",
            defaultValue = "7041",
            description = "Port for gRPC, 0 for a free one; default ${DEFAULT-VALUE}.")
    private int grpcPort = ServerConfig.GRPC_PORT;

    @Option(names = "--no-grpc", description = "Serve REST only.")
    private boolean noGrpc;

    @ArgGroup(exclusive = false, heading = "Who may call:%n")
    private ServingSecurity security = new ServingSecurity();

    @ArgGroup(exclusive = false, heading = "What it writes down:%n")
    private ServingLog log = new ServingLog();

    @Option(
            names = "--slow-search",
            paramLabel = "MILLIS",
            defaultValue = "500",
            description = "Write down searches that take as long or longer; default ${DEFAULT-VALUE}.")
    private long slowSearch = 500;

    @Option(
            names = "--insecure",
            description = "Listen on an address that other machines reach, without keys or without encryption.")
    private boolean insecure;

    @Option(
            names = "--recall-probes",
            paramLabel = "N",
            description =
                    "Stored points to measure recall with after segments changed; 0 for none (default: ${DEFAULT-VALUE}).")
    private int recallProbes = RecallWatch.ON.probes();

    @Option(
            names = "--recall-fall",
            paramLabel = "POINTS",
            description = "Warn when recall falls by more than so many hundredths (default: ${DEFAULT-VALUE}).")
    private double recallFall = RecallWatch.ON.fall();

    @Option(names = "--json", description = "Print one JSON object on standard output once it listens.")
    private boolean asJson;

    private final Console console;

    ServeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        ServerConfig config = security.applied(ServerConfig.defaults()
                .withHost(host)
                .withPort(port)
                .withInsecure(insecure)
                .withSlowSearch(Duration.ofMillis(slowSearch)));
        log.apply();
        if (!noGrpc) {
            config = config.withGrpcPort(grpcPort);
        }
        EngineConfig settings =
                EngineConfig.of(data).with(new RecallWatch(recallProbes, RecallWatch.ON.k(), recallFall));
        if (snapshots != null) {
            settings = settings.withSnapshots(snapshots);
        }
        try (RunningServer server = RunningServer.on(settings, config)) {
            console.note("vecino: serving " + data.toAbsolutePath().normalize() + " on " + server.address()
                    + server.grpcAddress()
                            .map(address -> ", gRPC on " + address)
                            .orElse(""));
            if (asJson) {
                Map<String, String> addresses = new LinkedHashMap<>();
                addresses.put("url", server.address().toString());
                server.grpcAddress().ifPresent(address -> addresses.put("grpc", address));
                console.out().println(new JsonMapper().writeValueAsString(addresses));
            }
            server.untilAskedToEnd();
        }
        return ExitCode.OK;
    }
}
