package io.vecino.cli;

import io.vecino.cli.terminal.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The entry of the command line. */
@Command(
        name = "vecino",
        description = "Vector search that shrinks embeddings without losing their neighbours.",
        synopsisSubcommandLabel = "COMMAND")
public final class Main extends CommonOptions implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    /** Runs one command and ends the process with its exit code: 0 done, 2 bad usage or input, 1 failure. */
    public static void main(String[] args) {
        System.exit(run(Console.ofProcess(), args));
    }

    static int run(Console console, String... args) {
        return new CommandLine(new Main())
                .addSubcommand(new DemoCommand(console))
                .addSubcommand(new ServeCommand(console))
                .addSubcommand(new KeyCommand(console))
                .addSubcommand(new ReduceCommand(console))
                .addSubcommand(new InfoCommand(console))
                .addSubcommand(new DoctorCommand(console))
                .addSubcommand(new QuantizeCommand(console))
                .addSubcommand(new CreateCommand(console))
                .addSubcommand(new ImportCommand(console))
                .addSubcommand(new ExportCommand(console))
                .addSubcommand(new SearchCommand(console))
                .addSubcommand(new DeleteCommand(console))
                .addSubcommand(new MeasureCommand(console))
                .addSubcommand(new TuneCommand(console))
                .addSubcommand(new InspectCommand(console))
                .addSubcommand(new SnapshotCommand(console))
                .addSubcommand(new RestoreCommand(console))
                .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((e, _) -> Failures.usage(e, console))
                .setExecutionExceptionHandler((e, line, _) -> Failures.report(e, line, console))
                .execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }
}
