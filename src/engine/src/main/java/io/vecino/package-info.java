/** The door: opens a data directory and hands out collections. */
@NullMarked
package io.vecino;

import org.jspecify.annotations.NullMarked;
