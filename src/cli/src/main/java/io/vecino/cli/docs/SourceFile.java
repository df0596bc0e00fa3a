package io.vecino.cli.docs;

import java.net.URI;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;

/** A source file in memory, as the compiler reads it. */
final class SourceFile extends SimpleJavaFileObject {
    private final String content;

    /**
     * @param module such as {@code java.base}
     * @param path within the module: {@code java/util/List.java}
     */
    SourceFile(String module, String path, String content) {
        super(URI.create("source:///" + module + "/" + path), Kind.SOURCE);
        this.content = content;
    }

    /** The module of a {@code SourceFile}, also where the compiler has wrapped it. */
    static String moduleOf(JavaFileObject file) {
        return file.toUri().getPath().split("/", 3)[1];
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return content;
    }
}
