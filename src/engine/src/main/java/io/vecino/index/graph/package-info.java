/** A proximity graph over the points of one segment, built and searched by native kernels. */
@NullMarked
package io.vecino.index.graph;

import org.jspecify.annotations.NullMarked;
