/** Tests of every kernel at every level against one float64 oracle. */
@NullMarked
package io.vecino.kernels;

import org.jspecify.annotations.NullMarked;
