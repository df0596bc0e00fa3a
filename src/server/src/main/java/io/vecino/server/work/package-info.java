/** What the protocols share: long work, what failures mean, and how much one request may ask for. */
@NullMarked
package io.vecino.server.work;

import org.jspecify.annotations.NullMarked;
