package io.vecino.cli;

import io.vecino.cli.client.ServerFailure;
import io.vecino.cli.terminal.Console;
import io.vecino.model.EngineException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;

/** Turns what went wrong into a line for the user and an exit code. */
final class Failures {
    private Failures() {}

    static int usage(ParameterException e, Console console) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        console.note("vecino: " + e.getMessage());
        console.note("Try: " + command + " --help");
        return ExitCode.USAGE;
    }

    static int report(Exception e, CommandLine command, Console console) {
        Throwable reason = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
        console.note("vecino: " + (reason.getMessage() == null ? reason.toString() : reason.getMessage()));
        if (command.getParseResult().hasMatchedOption(CommonOptions.DEBUG)) {
            e.printStackTrace(console.err());
        }
        return usersFault(e) ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }

    private static boolean usersFault(Exception e) {
        return switch (e) {
            case EngineException.InvalidArgument _, EngineException.NotFound _, EngineException.Conflict _ -> true;
            case ServerFailure failure -> failure.callersFault();
            default -> false;
        };
    }
}
