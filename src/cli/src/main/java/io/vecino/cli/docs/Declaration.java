package io.vecino.cli.docs;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** A declaration in one line, without annotations, default values and body. */
final class Declaration {
    private Declaration() {}

    static String of(ClassTree type) {
        String kind = switch (type.getKind()) {
            case INTERFACE -> "interface ";
            case ANNOTATION_TYPE -> "@interface ";
            case ENUM -> "enum ";
            case RECORD -> "record ";
            default -> "class ";
        };
        return oneLine(modifiers(type.getModifiers(), Set.of())
                + kind
                + type.getSimpleName()
                + parameters(type.getTypeParameters()));
    }

    /** @param owner simple name of the declaring class, which names its constructors */
    static String of(MethodTree method, String owner) {
        Tree returned = method.getReturnType();
        String typeParameters = parameters(method.getTypeParameters());
        return oneLine(modifiers(method.getModifiers(), Set.of(Modifier.DEFAULT, Modifier.SYNCHRONIZED))
                + (typeParameters.isEmpty() ? "" : typeParameters + " ")
                + (returned == null ? owner : returned + " " + method.getName())
                + method.getParameters().stream()
                        .map(Declaration::parameter)
                        .collect(Collectors.joining(", ", "(", ")")));
    }

    static String of(VariableTree field) {
        return oneLine(modifiers(field.getModifiers(), Set.of()) + field.getType() + " " + field.getName());
    }

    private static String parameter(VariableTree parameter) {
        String type = parameter.getType().toString();
        boolean variable = type.endsWith("[]") && parameter.toString().contains("...");
        return (variable ? type.substring(0, type.length() - 2) + "..." : type) + " " + parameter.getName();
    }

    private static String modifiers(ModifiersTree modifiers, Set<Modifier> without) {
        return modifiers.getFlags().stream()
                .filter(modifier -> !without.contains(modifier))
                .map(modifier -> modifier + " ")
                .collect(Collectors.joining());
    }

    private static String parameters(List<? extends Tree> types) {
        return types.isEmpty() ? "" : types.stream().map(Tree::toString).collect(Collectors.joining(", ", "<", ">"));
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
