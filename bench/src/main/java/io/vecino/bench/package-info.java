/** Benchmarks: recall, speed and size of indexes on vector files, and JMH for kernels. */
@NullMarked
package io.vecino.bench;

import org.jspecify.annotations.NullMarked;
