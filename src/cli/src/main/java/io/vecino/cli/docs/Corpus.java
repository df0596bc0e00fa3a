package io.vecino.cli.docs;

import java.util.List;

/**
 * Passages and questions that they answer.
 *
 * @param origin where the passages come from, for the reader of a report
 */
public record Corpus(String origin, List<Passage> passages, List<String> questions) {
    public Corpus {
        passages = List.copyOf(passages);
        questions = List.copyOf(questions);
    }
}
