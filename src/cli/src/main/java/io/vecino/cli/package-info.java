/** The commands: each talks to a server or opens a directory through the engine's door, and knows no internals. */
@NullMarked
package io.vecino.cli;

import org.jspecify.annotations.NullMarked;
