/** Vector to code, and the scoring of a query against codes. */
@NullMarked
package io.vecino.quantization;

import org.jspecify.annotations.NullMarked;
