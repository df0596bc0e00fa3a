package io.vecino.bench.peers;

import io.vecino.model.Metric;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Rows;
import java.nio.file.Path;

/**
 * What every contender is given.
 *
 * @param base vectors as they are compared
 * @param threads that build and search
 * @param directory for files; empty, removed afterwards
 */
record Contest(Rows base, Metric metric, int threads, Path directory, NativeMemory memory) {}
