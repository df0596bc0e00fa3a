/** The public vocabulary: immutable values that callers pass in and get back, and the errors they can meet. */
@NullMarked
package io.vecino.model;

import org.jspecify.annotations.NullMarked;
