package io.vecino.cli.docs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Passages out of the sources that a JDK carries with it. The same JDK gives the same passages in the same order. */
public final class JdkDocumentation {
    /** Shorter comments say nothing that could be asked for. */
    private static final int MIN_LENGTH = 40;

    /** About 220 tokens: what the embedding model was trained to read at once. */
    private static final int MAX_LENGTH = 1000;

    private static final int FILES_AT_ONCE = 50;
    private static final Pattern PUBLIC_API =
            Pattern.compile("[^/]+/(java|javax|jdk)/(?!.*internal/)(.*/)?[^/-]+\\.java");

    /** What most programs use comes first; the rest follows in alphabetical order. */
    private static final List<String> FIRST = List.of(
            "java.base/java/util/",
            "java.base/java/io/",
            "java.base/java/nio/",
            "java.base/java/time/",
            "java.base/java/net/",
            "java.net.http/",
            "java.base/java/lang/",
            "java.base/java/",
            "java.base/",
            "java.sql/",
            "java.logging/",
            "java.xml/");

    private static final List<String> QUESTIONS = List.of(
            "How do I read all lines of a text file into a list?",
            "Which map keeps its keys in sorted order?",
            "How can I run a task periodically after a delay?",
            "What is a thread-safe queue that blocks when it is full?",
            "How do I send an HTTP request and receive the response asynchronously?");

    private JdkDocumentation() {}

    /**
     * Reads at most {@code limit} passages, each of its own text, and asks for what most programs do.
     *
     * @throws IOException as {@link #read}
     */
    public static Corpus corpus(Path sources, String version, int limit) throws IOException {
        return new Corpus("the documentation of JDK " + version, read(sources, limit), QUESTIONS);
    }

    /**
     * Reads at most {@code limit} passages, each of its own text.
     *
     * @param sources a JDK's {@code lib/src.zip}
     * @throws IOException if the file cannot be read, or this Java runtime comes without a compiler to parse with
     */
    static List<Passage> read(Path sources, int limit) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IOException("this Java runtime has no compiler module");
        }
        try (ZipFile zip = new ZipFile(sources.toFile())) {
            List<? extends ZipEntry> entries = zip.stream()
                    .filter(entry -> PUBLIC_API.matcher(entry.getName()).matches())
                    .sorted(Comparator.<ZipEntry>comparingInt(entry -> rank(entry.getName()))
                            .thenComparing(ZipEntry::getName))
                    .toList();
            Selection selection = new Selection(limit);
            for (int from = 0; from < entries.size() && !selection.full(); from += FILES_AT_ONCE) {
                List<SourceFile> files = new ArrayList<>();
                for (ZipEntry entry : entries.subList(from, Math.min(from + FILES_AT_ONCE, entries.size()))) {
                    files.add(file(zip, entry));
                }
                CommentScanner.scan(files, compiler).forEach(selection::offer);
            }
            return selection.passages;
        }
    }

    private static int rank(String path) {
        return IntStream.range(0, FIRST.size())
                .filter(i -> path.startsWith(FIRST.get(i)))
                .findFirst()
                .orElse(FIRST.size());
    }

    private static SourceFile file(ZipFile zip, ZipEntry entry) throws IOException {
        int slash = entry.getName().indexOf('/');
        try (InputStream content = zip.getInputStream(entry)) {
            return new SourceFile(
                    entry.getName().substring(0, slash),
                    entry.getName().substring(slash + 1),
                    new String(content.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Cuts at the last end of a sentence in the second half, else at the last space. */
    static String shorten(String text) {
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        int sentence = text.lastIndexOf(". ", MAX_LENGTH - 1);
        if (sentence >= MAX_LENGTH / 2) {
            return text.substring(0, sentence + 1);
        }
        int space = text.lastIndexOf(' ', MAX_LENGTH - 1);
        return text.substring(0, space > 0 ? space : MAX_LENGTH - 1) + "…";
    }

    private static final class Selection {
        private final int limit;
        private final List<Passage> passages = new ArrayList<>();
        private final Set<String> texts = new HashSet<>();

        Selection(int limit) {
            this.limit = limit;
        }

        boolean full() {
            return passages.size() >= limit;
        }

        void offer(Passage passage) {
            String text = shorten(passage.text());
            if (!full() && text.length() >= MIN_LENGTH && texts.add(text)) {
                passages.add(new Passage(passage.module(), passage.className(), passage.declaration(), text));
            }
        }
    }
}
