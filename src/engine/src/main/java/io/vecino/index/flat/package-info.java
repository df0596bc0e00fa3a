/** The index that scans every code. */
@NullMarked
package io.vecino.index.flat;

import org.jspecify.annotations.NullMarked;
