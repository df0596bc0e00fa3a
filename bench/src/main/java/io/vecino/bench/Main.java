package io.vecino.bench;

import io.vecino.bench.peers.PeerCommand;
import io.vecino.bench.peers.PeersCommand;
import io.vecino.model.EngineException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of {@code vecino bench}. */
@Command(
        name = "vecino bench",
        description = "Measures indexes, codes and servers.",
        mixinStandardHelpOptions = true,
        subcommands = {
            AnnCommand.class,
            CodesCommand.class,
            SynthCommand.class,
            ReductionsCommand.class,
            EngineCommand.class,
            PeersCommand.class,
            PeerCommand.class,
            ServeCommand.class,
            LoadCommand.class,
            JmhCommand.class
        })
public final class Main {
    private static final int FAILURE = 1;
    private static final int BAD_USAGE = 2;

    /** Runs a benchmark and exits with 0, 1 (failure) or 2 (bad usage or input). */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, commandLine, _) -> {
                    commandLine.getErr().println("vecino bench: " + exception.getMessage());
                    return exception instanceof EngineException.InvalidArgument ? BAD_USAGE : FAILURE;
                })
                .execute(arguments);
    }
}
