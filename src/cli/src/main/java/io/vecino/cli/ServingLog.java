package io.vecino.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import io.vecino.model.EngineException;
import java.net.URL;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** What a server writes to standard error, and how. */
final class ServingLog {
    private static final String REQUESTS = "io.vecino.access";

    /** How a line looks. */
    private enum Format {
        text,
        json
    }

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "One line of text or one JSON object per event; default ${DEFAULT-VALUE}.")
    private Format format = Format.text;

    @Option(names = "--log-requests", description = "Also write every request down.")
    private boolean requests;

    /** Makes it so, for the process. */
    void apply() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        if (format == Format.json) {
            URL settings = ServingLog.class.getResource("/logback-json.xml");
            context.reset();
            JoranConfigurator configurator = new JoranConfigurator();
            configurator.setContext(context);
            try {
                configurator.doConfigure(settings);
            } catch (JoranException e) {
                throw new EngineException.InvalidArgument("--log-format", "text or json", String.valueOf(e));
            }
        }
        if (requests) {
            context.getLogger(REQUESTS).setLevel(Level.INFO);
        }
    }
}
