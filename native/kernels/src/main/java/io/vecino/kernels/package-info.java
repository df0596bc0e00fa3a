/** Arithmetic on memory segments: scores of stored rows against float32 queries, in C++ through FFM or in plain Java. */
@NullMarked
package io.vecino.kernels;

import org.jspecify.annotations.NullMarked;
