/** Payload rows: how they are stored. */
@NullMarked
package io.vecino.payload;

import org.jspecify.annotations.NullMarked;
