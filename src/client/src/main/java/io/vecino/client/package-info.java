/** A client of a Vecino server over gRPC: blocking and asynchronous calls, retries, bulk loading; knows nothing of the engine. */
@NullMarked
package io.vecino.client;

import org.jspecify.annotations.NullMarked;
