package io.vecino.cli;

import io.vecino.model.EngineException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command finds collections: one of the two. */
final class DataSource {
    @Option(names = "--data", paramLabel = "DIR", description = "A data directory that no server has open.")
    private @Nullable Path directory;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "A server, such as http://127.0.0.1:7040; to import also grpc://127.0.0.1:7041.")
    private @Nullable URI url;

    /** The server; null if it is a directory. */
    @Nullable
    URI server() {
        if (url != null
                && (url.getHost() == null || !List.of("http", "https").contains(String.valueOf(url.getScheme())))) {
            throw new EngineException.InvalidArgument("--url", "http://host:port", url.toString());
        }
        return url;
    }

    /** The server, whichever of its protocols the address names; null if it is a directory. */
    @Nullable
    URI serverOfAnyProtocol() {
        return url != null && url.getHost() != null && GrpcCollection.speaks(url) ? url : server();
    }

    /** A directory that may be made. */
    Path directory() {
        if (directory == null) {
            throw new EngineException.InvalidArgument("--data", "a directory", "none");
        }
        return directory;
    }

    /** A directory that holds data: opening another one would make one of it. */
    Path existingDirectory() {
        if (directory == null || !Files.isDirectory(directory.resolve("rocksdb"))) {
            throw new EngineException.InvalidArgument("--data", "a Vecino data directory", String.valueOf(directory));
        }
        return directory;
    }
}
