package io.vecino.cli.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Objects;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

class CommentScannerTest {
    private static final JavaCompiler COMPILER = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());

    @Test
    void readsNestedBracesInCode() {
        assertEquals("Runs if (x) { y(); } at most once.", text("Runs {@code if (x) { y(); }} at most once."));
    }

    @Test
    void takesHtmlAwayAndKeepsWordsApart() {
        assertEquals(
                "First bold paragraph. Second one: item a item b",
                text("<p>First <b>bold</b> paragraph.<p>Second one:<ul><li>item a<li>item b</ul>"));
    }

    @Test
    void decodesEntities() {
        assertEquals("a < b & c \u2264 d, e\u00e9 f", text("a &lt; b &amp; c &#x2264; d, e&eacute; f"));
    }

    @Test
    void leavesOutBlockTagsAndSamples() {
        assertEquals("Adds. Example: Done.", text("""
                        Adds. Example: <pre>{@code add(1);}</pre> Done.
                         * {@snippet :
                         * add(2);
                         * }
                         * @param x {@code this} is not prose
                         * @return nor this
                         * @throws Error nor that
                        """));
    }

    @Test
    void writesLinksAsReadersDo() {
        assertEquals(
                "See Map.get(Object), size() and the list.",
                text(
                        "See {@link java.util.Map#get(Object) Map.get(Object)}, {@link #size()} and {@linkplain List the list}."));
    }

    @Test
    void turnsAnInlineReturnIntoASentence() {
        assertEquals("Returns the size.", text("{@return the size}"));
    }

    @Test
    void readsMarkdownComments() {
        String source = """
                package p;
                /// Finds `x` in [Map#get(Object)] or [the list][java.util.List].
                ///
                /// ```
                /// sample();
                /// ```
                public class C {}
                """;
        assertEquals("Finds x in Map.get(Object) or the list.", only(source).text());
    }

    @Test
    void quotesDeclarationsWithAnnotationsBetweenCommentAndDeclaration() {
        assertEquals(
                new Passage("m", "p.Box", "public record Box<T extends Comparable<T>>", "A box."),
                only(
                        "package p; /** A box. */ @Deprecated(since = \"{9}\") public record Box<T extends Comparable<T>>(T it) {}"));
        assertEquals(
                new Passage("m", "p.C", "public <T> List<T> of(int[] a, T... b)", "Makes."),
                only("package p; public class C { /** Makes. */ @SafeVarargs @Override public <T> List<T> of("
                        + "final int[] a, @A T... b) { return null; } }"));
        assertEquals(
                new Passage("m", "p.C.D", "protected D(long n)", "Of n."),
                only("package p; public class C { public static class D { /** Of n. */ protected D(long n) {} } }"));
        assertEquals(
                new Passage("m", "p.E", "public static final int LIMIT", "Most."),
                only("package p; public enum E { A; /** Most. */ public static final int LIMIT = 3; }"));
    }

    @Test
    void seesWhatUsersOfAnApiSee() {
        List<Passage> passages = scan("""
                package p;
                /** Seen. */
                public interface I {
                    /** Member of an interface. */
                    void member();
                    /** Private one. */
                    private void hidden() {}
                    /** Nested. */
                    class N { /** Package-private. */ int x; }
                }
                /** Package-private class. */
                class Hidden { /** Public in vain. */ public void m() {} }
                """);
        assertEquals(
                List.of("Seen.", "Member of an interface.", "Nested."),
                passages.stream().map(Passage::text).toList());
    }

    @Test
    void survivesSourcesThatDoNotParse() {
        assertEquals(
                List.of("Fine."),
                scan("package p; /** Fine. */ public class C { int = ; }").stream()
                        .map(Passage::text)
                        .toList());
    }

    private static String text(String comment) {
        return only("package p;\n/**\n * " + comment + "\n */\npublic class C {}")
                .text();
    }

    private static Passage only(String source) {
        List<Passage> passages = scan(source);
        assertEquals(1, passages.size(), passages.toString());
        return passages.getFirst();
    }

    private static List<Passage> scan(String source) {
        return CommentScanner.scan(List.of(new SourceFile("m", "p/C.java", source)), COMPILER);
    }
}
