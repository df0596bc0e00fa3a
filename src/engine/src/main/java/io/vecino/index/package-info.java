/** Nearest neighbours over the ordinals of one segment: what every index offers. */
@NullMarked
package io.vecino.index;

import org.jspecify.annotations.NullMarked;
