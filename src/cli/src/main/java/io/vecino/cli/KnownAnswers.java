package io.vecino.cli;

import io.vecino.model.EngineException;
import io.vecino.model.PointId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Relevant points of queries, from a file of lines: query row, tab, id, and more columns, which are ignored. */
final class KnownAnswers {
    private KnownAnswers() {}

    static Map<Integer, Set<PointId>> read(Path path) {
        List<String> lines;
        try {
            lines = Files.readAllLines(path);
        } catch (IOException e) {
            throw new EngineException.InvalidArgument(path.toString(), "a readable file", e.toString());
        }
        Map<Integer, Set<PointId>> relevant = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String[] columns = lines.get(i).split("\t", -1);
            if (columns.length < 2 || !columns[0].matches("\\d{1,9}") || columns[1].isEmpty()) {
                throw new EngineException.InvalidArgument(
                        path + " line " + (i + 1), "query row, tab, id", lines.get(i));
            }
            relevant.computeIfAbsent(Integer.valueOf(columns[0]), _ -> new HashSet<>())
                    .add(id(columns[1]));
        }
        return relevant;
    }

    private static PointId id(String text) {
        return text.matches("\\d{1,18}") ? PointId.of(Long.parseLong(text)) : PointId.of(text);
    }
}
