/** Other engines and the project's own beside them: same vectors, queries, truth and threads, a process for each. */
@NullMarked
package io.vecino.bench.peers;

import org.jspecify.annotations.NullMarked;
