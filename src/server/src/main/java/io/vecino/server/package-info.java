/** The REST interface around one engine: the only room that knows HTTP and JSON. */
@NullMarked
package io.vecino.server;

import org.jspecify.annotations.NullMarked;
