/**
 * FAISS's classes, generated from its headers, and the few hand-written ones beside them; not null-marked as a whole,
 * because most of FAISS's pointers may be null and the generated code cannot say which.
 */
package io.vecino.faiss;
