/** One small program per feature, each run by a test: what a Java program that uses FAISS looks like. */
@NullMarked
package io.vecino.faiss.samples;

import org.jspecify.annotations.NullMarked;
