package io.vecino.cli.docs;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import org.jspecify.annotations.Nullable;

/** Finds the documented declarations that users of an API can see: public and protected, down to the members. */
final class CommentScanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private static final Set<Tree.Kind> IMPLICITLY_PUBLIC = Set.of(Tree.Kind.INTERFACE, Tree.Kind.ANNOTATION_TYPE);

    private final String module;
    private final String packageName;
    private final DocTrees trees;
    private final Deque<ClassTree> enclosing = new ArrayDeque<>();
    private final List<Passage> passages = new ArrayList<>();

    private CommentScanner(String module, String packageName, DocTrees trees) {
        this.module = module;
        this.packageName = packageName;
        this.trees = trees;
    }

    /** Passages of all the files, in their order and within a file in the order of the source; text of any length. */
    static List<Passage> scan(List<SourceFile> files, JavaCompiler compiler) {
        JavacTask task =
                (JavacTask) compiler.getTask(null, null, _ -> {}, List.of("-proc:none", "-Xlint:none"), null, files);
        DocTrees trees = DocTrees.instance(task);
        List<Passage> passages = new ArrayList<>();
        try {
            for (CompilationUnitTree unit : task.parse()) {
                String module = SourceFile.moduleOf(unit.getSourceFile());
                String packageName = unit.getPackageName() == null ? "" : unit.getPackageName() + ".";
                CommentScanner scanner = new CommentScanner(module, packageName, trees);
                scanner.scan(unit, null);
                passages.addAll(scanner.passages);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return passages;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
        if (!visible(type.getModifiers())) {
            return null;
        }
        enclosing.addLast(type);
        record(() -> Declaration.of(type));
        super.visitClass(type, null);
        enclosing.removeLast();
        return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
        if (visible(method.getModifiers()) && !enclosing.isEmpty()) {
            record(() ->
                    Declaration.of(method, enclosing.getLast().getSimpleName().toString()));
        }
        return null;
    }

    @Override
    public @Nullable Void visitVariable(VariableTree field, @Nullable Void unused) {
        if (visible(field.getModifiers()) && !enclosing.isEmpty()) {
            record(() -> Declaration.of(field));
        }
        return null;
    }

    private boolean visible(ModifiersTree modifiers) {
        Set<Modifier> flags = modifiers.getFlags();
        if (flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED)) {
            return true;
        }
        return !enclosing.isEmpty()
                && IMPLICITLY_PUBLIC.contains(enclosing.getLast().getKind())
                && !flags.contains(Modifier.PRIVATE);
    }

    private void record(Supplier<String> declaration) {
        DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
        if (comment != null) {
            List<String> names = enclosing.stream()
                    .map(type -> type.getSimpleName().toString())
                    .toList();
            String text = CommentText.of(comment, trees);
            passages.add(new Passage(module, packageName + String.join(".", names), declaration.get(), text));
        }
    }
}
