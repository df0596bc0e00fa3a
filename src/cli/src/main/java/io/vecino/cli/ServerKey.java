package io.vecino.cli;

import io.vecino.cli.terminal.Host;
import io.vecino.server.auth.KeyFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The API key for a server that asks for one. */
final class ServerKey {
    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "With --url: file that holds the API key; default: what $VECINO_API_KEY holds.")
    private @Nullable Path file;

    /** What to present; null for nothing. */
    @Nullable
    String secret() {
        return file == null ? Host.apiKey() : KeyFile.secret(file);
    }
}
