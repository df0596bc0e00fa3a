package io.vecino.cli.docs;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.IndexTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.RawTextTree;
import com.sun.source.doctree.ReturnTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.SummaryTree;
import com.sun.source.doctree.SystemPropertyTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.util.DocTrees;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The prose of one documentation comment: tags and HTML taken away, entities decoded, block tags and code samples left
 * out, whitespace collapsed.
 */
final class CommentText {
    private static final Set<String> LEFT_OUT = Set.of("pre", "table", "script", "style");
    private static final Set<String> INLINE = Set.of(
            "a", "abbr", "b", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "q", "s", "samp", "small",
            "span", "strong", "sub", "sup", "tt", "u", "var", "wbr");
    private static final Pattern FENCE = Pattern.compile("(?ms)^ {0,3}(```|~~~).*?^ {0,3}\\1");
    private static final Pattern LABELLED_LINK = Pattern.compile("\\[([^]\\[]+)]((\\([^)\\s]*\\))|(\\[[^]\\[]*]))");
    private static final Pattern REFERENCE_LINK = Pattern.compile("\\[([\\w.#]+(\\([^)\\]]*\\))?)]");

    private final DocTrees trees;
    private final StringBuilder text = new StringBuilder();
    private int leftOut;

    private CommentText(DocTrees trees) {
        this.trees = trees;
    }

    static String of(DocCommentTree comment, DocTrees trees) {
        CommentText text = new CommentText(trees);
        text.append(comment.getFullBody());
        return text.text.toString().replaceAll("\\s+", " ").strip();
    }

    private void append(List<? extends DocTree> parts) {
        parts.forEach(this::append);
    }

    private void append(DocTree part) {
        switch (part) {
            case StartElementTree start -> open(start);
            case EndElementTree end -> close(end);
            case DocTree _ when leftOut > 0 -> {}
            case TextTree plain -> text.append(plain.getBody());
            case RawTextTree markdown -> text.append(withoutMarkdown(markdown.getContent()));
            case EntityTree entity -> appendCharacters(entity);
            case LiteralTree literal -> text.append(literal.getBody().getBody());
            case LinkTree link when !link.getLabel().isEmpty() -> append(link.getLabel());
            case LinkTree link -> text.append(withDots(link.getReference().getSignature()));
            case ReturnTree returned -> {
                text.append("Returns ");
                append(returned.getDescription());
                text.append('.');
            }
            case IndexTree index -> append(index.getSearchTerm());
            case SummaryTree summary -> append(summary.getSummary());
            case SystemPropertyTree property -> text.append(property.getPropertyName());
            default -> {}
        }
    }

    private void open(StartElementTree start) {
        String name = lower(start.getName());
        if (LEFT_OUT.contains(name) && !start.isSelfClosing()) {
            leftOut++;
        }
        separate(name);
    }

    private void close(EndElementTree end) {
        String name = lower(end.getName());
        if (LEFT_OUT.contains(name) && leftOut > 0) {
            leftOut--;
        }
        separate(name);
    }

    private void separate(String element) {
        if (!INLINE.contains(element)) {
            text.append(' ');
        }
    }

    private void appendCharacters(EntityTree entity) {
        String characters = trees.getCharacters(entity);
        if (characters != null) {
            text.append(characters.replace('\u00a0', ' '));
        }
    }

    private static String withoutMarkdown(String markdown) {
        String prose = FENCE.matcher(markdown).replaceAll(" ");
        prose = LABELLED_LINK.matcher(prose).replaceAll("$1");
        prose = REFERENCE_LINK
                .matcher(prose)
                .replaceAll(match -> java.util.regex.Matcher.quoteReplacement(withDots(match.group(1))));
        return prose.replace("`", "").replaceAll("(?m)^#+ ", "").replaceAll("[*_]{2}", "");
    }

    /** {@code Map#get(Object)} as a reader writes it: {@code Map.get(Object)}. */
    private static String withDots(String reference) {
        return reference.startsWith("#") ? reference.substring(1) : reference.replace('#', '.');
    }

    private static String lower(CharSequence name) {
        return name.toString().toLowerCase(Locale.ROOT);
    }
}
