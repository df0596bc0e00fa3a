/** Text to vectors, in this process, and a cache of what was embedded before. */
@NullMarked
package io.vecino.cli.embedding;

import org.jspecify.annotations.NullMarked;
