/** Load on a server and on the engine that it serves, side by side. */
@NullMarked
package io.vecino.bench.serve;

import org.jspecify.annotations.NullMarked;
