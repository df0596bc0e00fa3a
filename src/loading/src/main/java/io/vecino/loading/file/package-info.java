/** Points in files: a reader and a writer for each format, told apart by content. */
@NullMarked
package io.vecino.loading.file;

import org.jspecify.annotations.NullMarked;
