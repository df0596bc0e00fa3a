/** Bytes: RocksDB as the source of truth, and native memory with one owner and one budget. */
@NullMarked
package io.vecino.storage;

import org.jspecify.annotations.NullMarked;
