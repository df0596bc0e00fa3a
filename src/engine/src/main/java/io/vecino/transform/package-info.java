/** Vector to shorter vector: transforms that are trained once and then immutable. */
@NullMarked
package io.vecino.transform;

import org.jspecify.annotations.NullMarked;
