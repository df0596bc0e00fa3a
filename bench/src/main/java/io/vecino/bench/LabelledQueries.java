package io.vecino.bench;

import io.vecino.measure.GroundTruth;
import io.vecino.measure.IndexTrial;
import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.SearchParams;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Queries with known relevant rows. Their vectors stay until the process ends.
 *
 * @param learned the first of them, which training may see and nothing is measured on
 * @param rows the rest
 * @param relevant query row of all to relevant base rows
 */
record LabelledQueries(Rows learned, Rows rows, GroundTruth truth, Map<Integer, Set<Integer>> relevant, int k) {
    /**
     * What a search of all of them gave.
     *
     * @param recall against exact search
     * @param reciprocalRank mean over queries of 1/rank of the first relevant row among the k, 0 if none is
     */
    record Outcome(double recall, double reciprocalRank) {}

    static LabelledQueries read(
            Path vectors, Path qrels, LoadedVectors base, Metric metric, int k, int learned, NativeMemory memory) {
        LoadedVectors loaded = LoadedVectors.read(vectors, metric, memory);
        base.requireSameDimension(loaded);
        int count = loaded.rows().count();
        if (learned < 0 || learned >= count) {
            throw new EngineException.InvalidArgument("--learn", "fewer than " + count + " queries", learned + "");
        }
        Rows rest = loaded.rows().slice(learned, count - learned);
        GroundTruth truth = GroundTruth.exact(base.rows(), rest, Similarity.of(metric), k);
        return new LabelledQueries(loaded.rows().slice(0, learned), rest, truth, relevant(qrels), k);
    }

    private static Map<Integer, Set<Integer>> relevant(Path qrels) {
        try {
            List<String> lines = Files.readAllLines(qrels);
            return lines.stream()
                    .map(line -> line.split("\t", -1))
                    .collect(Collectors.groupingBy(
                            parts -> Integer.valueOf(parts[0]),
                            Collectors.mapping(parts -> Integer.valueOf(parts[1]), Collectors.toSet())));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new EngineException.InvalidArgument(
                    qrels.toString(), "lines of query row, tab, base row", e.getMessage() + "");
        } catch (IOException e) {
            throw new EngineException.InvalidArgument(qrels.toString(), "a readable file", e.getMessage() + "");
        }
    }

    Outcome measure(IndexTrial trial, SearchParams params, int threads) {
        int[][] found = trial.search(rows, k, params, threads);
        double sum = 0;
        for (int i = 0; i < found.length; i++) {
            Set<Integer> wanted = relevant.getOrDefault(learned.count() + i, Set.of());
            for (int rank = 1; rank <= found[i].length; rank++) {
                if (wanted.contains(found[i][rank - 1])) {
                    sum += 1.0 / rank;
                    break;
                }
            }
        }
        return new Outcome(truth.recall(found), sum / Math.max(1, found.length));
    }
}
