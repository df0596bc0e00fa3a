/** The outside of the process: standard streams, progress, environment and system properties. */
@NullMarked
package io.vecino.cli.terminal;

import org.jspecify.annotations.NullMarked;
