/** Exact truth, recall, and trials of pipelines on the user's own vectors. */
@NullMarked
package io.vecino.measure;

import org.jspecify.annotations.NullMarked;
