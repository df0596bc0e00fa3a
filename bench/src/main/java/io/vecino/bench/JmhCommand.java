package io.vecino.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The JMH benchmarks: kernels and codes over data that no cache holds. */
@Command(
        name = "jmh",
        description = "JMH benchmarks of kernels and codes; what follows -- is for JMH, such as -- KernelScan -f 1.",
        mixinStandardHelpOptions = true)
final class JmhCommand implements Callable<Integer> {
    @Parameters(paramLabel = "JMH", description = "Arguments of JMH.")
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws RunnerException, CommandLineOptionException {
        CommandLineOptions options = new CommandLineOptions(arguments.toArray(String[]::new));
        Runner runner = new Runner(options);
        if (options.shouldList()) {
            runner.list();
        } else {
            runner.run();
        }
        return 0;
    }
}
