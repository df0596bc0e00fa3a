/** Segments behind one name: writes, snapshots, sealing and search. */
@NullMarked
package io.vecino.collection;

import org.jspecify.annotations.NullMarked;
