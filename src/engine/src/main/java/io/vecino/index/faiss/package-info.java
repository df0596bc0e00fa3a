/** Any FAISS factory string as an index; the only address of FAISS in this library besides clustering. */
@NullMarked
package io.vecino.index.faiss;

import org.jspecify.annotations.NullMarked;
