package io.vecino.cli;

import io.vecino.cli.terminal.Console;
import io.vecino.server.auth.ApiKey;
import io.vecino.server.auth.KeyFile;
import io.vecino.server.auth.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** A new API key: its hash into a file for the server, itself to standard output, once. */
@Command(
        name = "key",
        description = "Makes an API key, adds its hash to a file for \"serve --keys\", and prints it this once.")
final class KeyCommand extends CommonOptions implements Callable<Integer> {
    @Option(names = "--file", paramLabel = "FILE", required = true, description = "File of keys, made if absent.")
    private Path file = Path.of("keys");

    @Option(names = "--name", paramLabel = "NAME", required = true, description = "Whom it is for; stands in logs.")
    private String name = "";

    @Option(names = "--scope", paramLabel = "SCOPE", required = true, description = "read, write or admin.")
    private String scope = "";

    @Option(
            names = "--collections",
            paramLabel = "NAME,…",
            split = ",",
            description = "The collections it is limited to; default: all.")
    private List<String> collections = List.of();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    private final Console console;

    KeyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        String secret = ApiKey.newSecret();
        KeyFile.append(file, ApiKey.of(name, Scope.of(scope), new TreeSet<>(collections), secret));
        console.note("vecino: added " + name + " to " + file + "; a running server knows it after a restart");
        console.out()
                .println(
                        asJson
                                ? new JsonMapper()
                                        .writeValueAsString(Map.of("name", name, "scope", scope, "key", secret))
                                : secret);
        return ExitCode.OK;
    }
}
