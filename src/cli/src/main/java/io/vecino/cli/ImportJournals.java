package io.vecino.cli;

import io.vecino.cli.terminal.Host;
import io.vecino.loading.file.PointFiles;
import io.vecino.loading.file.PointReader;
import io.vecino.loading.file.ReadOptions;
import io.vecino.loading.file.Row;
import io.vecino.model.EngineException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** Where journals of imports lie, and what they know an import by. */
final class ImportJournals {
    private ImportJournals() {}

    /** Beside the data, so that it goes when they go. */
    static Path inDirectory(Path data, String collection, Path file) {
        return data.resolve("imports")
                .resolve(name(collection, file.toAbsolutePath().toString()));
    }

    /** On this machine. */
    static Path ofServer(URI server, String collection, Path file) {
        return Host.cacheDirectory().resolve("imports").resolve(name(collection, server + " " + file.toAbsolutePath()));
    }

    private static String name(String collection, String from) {
        CRC32C crc = new CRC32C();
        crc.update(from.getBytes(StandardCharsets.UTF_8));
        return collection.replaceAll("[^A-Za-z0-9_-]", "_") + "-" + Long.toHexString(crc.getValue()) + ".journal";
    }

    /** A file as it is now, and how it is read. */
    static String source(Path file, ReadOptions options) {
        try {
            return file.toAbsolutePath() + " of " + Files.size(file) + " bytes, changed "
                    + Files.getLastModifiedTime(file) + ", " + options;
        } catch (IOException e) {
            throw new EngineException.StorageFailure("cannot read " + file + ": " + e, e);
        }
    }

    /** The dimension of a file's first valid row. */
    static long dimensionOfFirst(Path file, ReadOptions options) {
        try (PointReader reader = PointFiles.open(file, options)) {
            for (Row row = reader.next(); row != null; row = reader.next()) {
                if (row instanceof Row.Good good) {
                    return good.point().vector().length;
                }
            }
        }
        throw new EngineException.InvalidArgument(file.toString(), "a row with a vector", "none");
    }
}
