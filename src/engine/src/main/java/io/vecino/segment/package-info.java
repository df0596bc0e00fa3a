/** Groups of points: the one being filled, and the sealed ones. */
@NullMarked
package io.vecino.segment;

import org.jspecify.annotations.NullMarked;
