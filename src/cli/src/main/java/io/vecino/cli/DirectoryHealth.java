package io.vecino.cli;

import io.vecino.EngineDirectory;
import io.vecino.model.DirectoryReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ExitCode;
import tools.jackson.databind.json.JsonMapper;

/** The part of {@code doctor} that looks at a data directory. */
final class DirectoryHealth {
    private final Path directory;
    private final PrintStream out;
    private final boolean asJson;

    DirectoryHealth(Path directory, PrintStream out, boolean asJson) {
        this.directory = directory;
        this.out = out;
        this.asJson = asJson;
    }

    /** Returns the exit code: 0 if the directory is sound in the end. */
    int check(boolean repair) {
        DirectoryReport found = repair ? EngineDirectory.repair(directory) : EngineDirectory.verify(directory);
        boolean sound =
                found.sound() || (repair && EngineDirectory.verify(directory).sound());
        if (asJson) {
            out.println(new JsonMapper().writeValueAsString(json(found, sound)));
        } else {
            print(found, sound);
        }
        return sound ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static Map<String, Object> json(DirectoryReport report, boolean sound) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sound", sound);
        json.put("problems", report.problems());
        json.put("repairs", report.repairs());
        json.put("collections", report.collections());
        return json;
    }

    private void print(DirectoryReport report, boolean sound) {
        lines("", report.problems(), report.repairs());
        for (DirectoryReport.Finding finding : report.collections()) {
            out.printf("%s: %,d points, %d segments%n", finding.name(), finding.points(), finding.segments());
            lines("  ", finding.problems(), finding.repairs());
            finding.leftovers().forEach(path -> out.println("  left over, harmless: " + path));
        }
        out.println(sound ? "sound" : "damaged");
    }

    private void lines(String indent, List<String> problems, List<String> repairs) {
        problems.forEach(problem -> out.println(indent + "problem: " + problem));
        repairs.forEach(repaired -> out.println(indent + "repaired: " + repaired));
    }
}
