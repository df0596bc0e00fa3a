package io.vecino.cli;

import io.vecino.EngineLibraries;
import io.vecino.cli.terminal.Console;
import io.vecino.model.EngineException;
import io.vecino.model.LibraryReport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** Whether what runs underneath is there, and which; whether a data directory is sound. */
@Command(
        name = "doctor",
        description = "Shows the native libraries, or verifies a data directory: every file, and whether they agree.")
final class DoctorCommand extends CommonOptions implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", arity = "0..1", description = "A data directory that no server has open.")
    private @Nullable Path directory;

    @Option(names = "--repair", description = "Mend DIR: build damaged segments anew, set damaged logs aside.")
    private boolean repair;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    private final Console console;

    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (directory != null) {
            return new DirectoryHealth(directory, console.out(), asJson).check(repair);
        }
        if (repair) {
            throw new EngineException.InvalidArgument("--repair", "DIR", "none");
        }
        List<LibraryReport> reports = EngineLibraries.reports();
        if (asJson) {
            Map<String, Object> libraries = new LinkedHashMap<>();
            reports.forEach(report -> libraries.put(
                    report.library(),
                    report.failure()
                            .<Object>map(reason -> Map.of("failure", reason))
                            .orElse(report.facts())));
            console.out().println(new JsonMapper().writeValueAsString(Map.of("libraries", libraries)));
        } else {
            reports.forEach(this::print);
        }
        return reports.stream().allMatch(report -> report.failure().isEmpty()) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void print(LibraryReport report) {
        console.out().println(report.library());
        report.facts().forEach((name, value) -> console.out().printf("  %-16s%s%n", name, value));
        report.failure().ifPresent(reason -> console.out().println("  not loaded: " + reason));
    }
}
