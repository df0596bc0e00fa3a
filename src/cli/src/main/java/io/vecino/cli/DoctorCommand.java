package io.vecino.cli;

import io.vecino.EngineLibraries;
import io.vecino.cli.terminal.Console;
import io.vecino.model.LibraryReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Whether what runs underneath is there, and which. */
@Command(name = "doctor", description = "Shows the native libraries: versions, instruction sets, threads, GPU support.")
final class DoctorCommand extends CommonOptions implements Callable<Integer> {
    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    private final Console console;

    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
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
