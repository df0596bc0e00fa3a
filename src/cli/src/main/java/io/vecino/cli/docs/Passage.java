package io.vecino.cli.docs;

/**
 * A piece of documentation and what it documents.
 *
 * @param module such as {@code java.base}
 * @param className fully qualified, nested classes with dots
 * @param declaration as a reader would quote it, without annotations and body
 * @param text plain text, whitespace collapsed
 */
public record Passage(String module, String className, String declaration, String text) {}
