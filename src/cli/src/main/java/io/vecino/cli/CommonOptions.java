package io.vecino.cli;

import picocli.CommandLine.Option;

/** What every command understands. */
@SuppressWarnings("UnusedVariable") // declared for the parser, which acts on help and is asked for debug
abstract class CommonOptions {
    static final String DEBUG = "--debug";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Option(names = DEBUG, description = "Show where a failure came from.")
    private boolean debug;
}
