/** The gRPC interface around one engine: vecino.v1 of the API module, and what guards it. */
@NullMarked
package io.vecino.server.grpc;

import org.jspecify.annotations.NullMarked;
