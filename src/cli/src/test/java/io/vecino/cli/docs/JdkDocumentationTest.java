package io.vecino.cli.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdkDocumentationTest {
    private static final String LONG_ENOUGH = "Says enough about it to be asked for in a search.";

    @TempDir
    Path directory;

    @Test
    void readsWhatMostProgramsUseFirst() throws IOException {
        Path zip = zip("java.desktop/java/awt/A.java", "java.base/java/lang/B.java", "java.base/java/util/C.java");
        assertEquals(
                List.of("java.util.C", "java.lang.B", "java.awt.A"),
                JdkDocumentation.read(zip, 10).stream().map(Passage::className).toList());
        assertEquals("java.util.C", JdkDocumentation.read(zip, 1).getFirst().className());
    }

    @Test
    void skipsInternalsDescriptionsAndRepetitions() throws IOException {
        Path zip = zip(
                "java.base/sun/misc/A.java",
                "java.base/jdk/internal/misc/B.java",
                "java.base/java/util/package-info.java",
                "java.base/module-info.java",
                "java.base/java/util/C.java");
        assertEquals(
                List.of("java.util.C"),
                JdkDocumentation.read(zip, 10).stream().map(Passage::className).toList());

        Path twice =
                zip("java.base/java/util/Same.java", "java.base/java/util/Same.txt", "java.sql/java/util/Same.java");
        assertEquals(1, JdkDocumentation.read(twice, 10).size());
    }

    @Test
    void cutsLongTextsAtASentence() {
        String sentence = "Twenty characters ab. ";
        String cut = JdkDocumentation.shorten(sentence.repeat(100).strip());
        assertTrue(cut.length() <= 1000 && cut.endsWith("ab."), cut);
        String endless = JdkDocumentation.shorten("x".repeat(3000));
        assertEquals(1000, endless.length());
    }

    @Test
    void reportsAFileThatIsNoArchive() throws IOException {
        Path file = Files.writeString(directory.resolve("src.zip"), "no archive");
        assertThrows(IOException.class, () -> JdkDocumentation.read(file, 10));
    }

    @Test
    void bundlesMoreThanAHundredPassages() {
        Corpus corpus = BundledText.corpus();
        assertTrue(corpus.passages().size() > 100);
        assertEquals(
                corpus.passages().size(),
                corpus.passages().stream().map(Passage::text).distinct().count());
        assertEquals(5, corpus.questions().size());
    }

    private Path zip(String... names) throws IOException {
        Path file = Files.createTempFile(directory, "src", ".zip");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String name : names) {
                String type = name.substring(name.lastIndexOf('/') + 1, name.lastIndexOf('.'));
                String packageName = name.contains("module-info")
                        ? "none"
                        : name.split("/", 2)[1].replaceAll("/[^/]*$", "").replace('/', '.');
                String about = type.equals("Same") ? "" : name;
                zip.putNextEntry(new ZipEntry(name));
                zip.write(
                        ("package " + packageName + "; /** " + LONG_ENOUGH + about + " */ public class " + type + " {}")
                                .getBytes(StandardCharsets.UTF_8));
            }
        }
        return file;
    }
}
