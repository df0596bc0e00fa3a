/** Choosing the best of many scores. */
@NullMarked
package io.vecino.selection;

import org.jspecify.annotations.NullMarked;
