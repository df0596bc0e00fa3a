/** Centroids and codebooks from FAISS: the only place of quantization that knows it. */
@NullMarked
package io.vecino.quantization.faiss;

import org.jspecify.annotations.NullMarked;
