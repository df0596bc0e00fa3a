/** What a running server tells about itself, in any protocol: metrics, slow searches, traces of requests. */
@NullMarked
package io.vecino.server.observe;

import org.jspecify.annotations.NullMarked;
