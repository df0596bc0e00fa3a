/** The hand-written configuration from which JavaCPP generates the FAISS bindings. */
@NullMarked
package io.vecino.faiss.presets;

import org.jspecify.annotations.NullMarked;
