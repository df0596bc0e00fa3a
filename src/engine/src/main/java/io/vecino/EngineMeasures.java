package io.vecino;

import io.vecino.measure.Aligning;
import io.vecino.measure.Inspecting;
import io.vecino.measure.Recall;
import io.vecino.measure.TuneAdvice;
import io.vecino.measure.TuneHtml;
import io.vecino.measure.Tuning;
import io.vecino.model.Alignment;
import io.vecino.model.FileRecallRequest;
import io.vecino.model.Inspection;
import io.vecino.model.Metric;
import io.vecino.model.ProgressListener;
import io.vecino.model.RecallReport;
import io.vecino.model.TunePoint;
import io.vecino.model.TuneReport;
import io.vecino.model.TuneRequest;
import io.vecino.storage.NativeMemory;
import java.nio.file.Path;
import java.util.Optional;

/** What compression costs on vectors in files, without a database. */
public final class EngineMeasures {
    private EngineMeasures() {}

    /**
     * Trains a pipeline on a file of vectors, builds an index, and measures what each step of a search costs.
     *
     * @param memoryLimit bytes of native memory
     * @throws io.vecino.model.EngineException.InvalidArgument if a file cannot be read as vectors, or they do not fit
     * @throws io.vecino.model.EngineException.ResourceExhausted if they do not fit the memory
     */
    public static RecallReport measure(FileRecallRequest request, long memoryLimit, ProgressListener progress) {
        return Recall.of(request, new NativeMemory(memoryLimit), progress);
    }

    /**
     * Dry run over many pipelines on a file of vectors.
     *
     * @param queries vectors to search for; some are held out of the file if there are none
     * @param memoryLimit bytes of native memory
     * @throws io.vecino.model.EngineException.InvalidArgument if a file cannot be read as vectors, or they do not fit
     */
    public static TuneReport tune(
            Path base,
            Optional<Path> queries,
            Metric metric,
            TuneRequest request,
            long memoryLimit,
            ProgressListener progress) {
        return Tuning.of(base, queries, metric, request, new NativeMemory(memoryLimit), progress);
    }

    /**
     * What the vectors of a file are like, without labels.
     *
     * @throws io.vecino.model.EngineException.InvalidArgument if it cannot be read as vectors, or has fewer than 400
     */
    public static Inspection inspect(Path file, Metric metric, long memoryLimit, ProgressListener progress) {
        return Inspecting.of(file, metric, new NativeMemory(memoryLimit), progress);
    }

    /** How much the rows of two files agree, which stand for the same things in the same order. */
    public static Alignment compare(Path first, Path second, Metric metric, long memoryLimit) {
        return Aligning.of(first, second, metric, new NativeMemory(memoryLimit));
    }

    /**
     * A report as one HTML page that needs nothing beside it.
     *
     * @param name of the collection or file
     */
    public static String html(TuneReport report, String name) {
        return TuneHtml.of(report, name);
    }

    /** Lines that say how to put a point into use, and how to go back. */
    public static String advice(TunePoint point, String collection) {
        return TuneAdvice.apply(point, collection);
    }
}
