/** A client of the server's REST interface. */
@NullMarked
package io.vecino.cli.client;

import org.jspecify.annotations.NullMarked;
