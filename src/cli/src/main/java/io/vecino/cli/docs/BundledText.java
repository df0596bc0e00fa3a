package io.vecino.cli.docs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Short passages about data structures, networks and their like, for where there are no JDK sources. */
public final class BundledText {
    private static final String RESOURCE = "bundled.tsv";

    private static final List<String> QUESTIONS = List.of(
            "What happens when two keys land on the same slot of a hash table?",
            "How does a database survive a crash in the middle of a write?",
            "Which protocol turns host names into addresses?",
            "How can two threads block each other for ever?",
            "How do I make vectors smaller?");

    private BundledText() {}

    /** The passages; a passage's class is its subject, its declaration the term that it explains. */
    public static Corpus corpus() {
        InputStream stream = Objects.requireNonNull(BundledText.class.getResourceAsStream(RESOURCE), RESOURCE);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return new Corpus(
                    "the bundled text", lines.lines().map(BundledText::passage).toList(), QUESTIONS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Passage passage(String line) {
        List<String> cells = List.of(line.split("\t", -1));
        return new Passage("bundled", cells.get(0), cells.get(1), cells.get(2));
    }
}
