/** Bulk loading and export: points from files into a collection and back, resumable. */
@NullMarked
package io.vecino.loading;

import org.jspecify.annotations.NullMarked;
