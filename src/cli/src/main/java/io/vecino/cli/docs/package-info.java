/** Documentation passages: out of the JDK's own sources, or a small text that is always there. */
@NullMarked
package io.vecino.cli.docs;

import org.jspecify.annotations.NullMarked;
