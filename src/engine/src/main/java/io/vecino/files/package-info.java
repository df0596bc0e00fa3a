/** The files people have: vectors read from npy and fvecs as float32 rows. */
@NullMarked
package io.vecino.files;

import org.jspecify.annotations.NullMarked;
