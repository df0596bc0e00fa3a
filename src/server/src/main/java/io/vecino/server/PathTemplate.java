package io.vecino.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A route's path taken apart. */
final class PathTemplate {
    /** The one parameter in which a colon is text; elsewhere it separates a verb. */
    private static final String FREE_TEXT = "id";

    private final List<Segment> segments;

    private sealed interface Segment {
        /** Takes a segment as it stands in the request; false if it is not this one. */
        boolean take(String raw, Map<String, String> names);
    }

    private record Literal(String text) implements Segment {
        @Override
        public boolean take(String raw, Map<String, String> names) {
            return raw.equals(text);
        }
    }

    private record Parameter(String name, String suffix) implements Segment {
        @Override
        public boolean take(String raw, Map<String, String> names) {
            if (!raw.endsWith(suffix)) {
                return false;
            }
            String value = raw.substring(0, raw.length() - suffix.length());
            if (value.isEmpty() || (!name.equals(FREE_TEXT) && value.indexOf(':') >= 0)) {
                return false;
            }
            names.put(name, PercentEncoding.decode(name, value));
            return true;
        }
    }

    private PathTemplate(List<Segment> segments) {
        this.segments = segments;
    }

    /** Reads {@code /literal/{name}/{name}:verb}. */
    static PathTemplate parse(String template) {
        List<Segment> segments = new ArrayList<>();
        for (String part : template.substring(1).split("/", -1)) {
            int end = part.indexOf('}');
            segments.add(
                    part.startsWith("{")
                            ? new Parameter(part.substring(1, end), part.substring(end + 1))
                            : new Literal(part));
        }
        return new PathTemplate(segments);
    }

    /**
     * The values of the parameters, decoded, if the path is of this form.
     *
     * @param path as it stands in the request, percent-encoded
     * @throws io.vecino.model.EngineException.InvalidArgument for a parameter that cannot be decoded
     */
    Optional<Map<String, String>> match(String path) {
        String[] parts = path.startsWith("/") ? path.substring(1).split("/", -1) : new String[0];
        if (parts.length != segments.size()) {
            return Optional.empty();
        }
        Map<String, String> names = new LinkedHashMap<>();
        for (int i = 0; i < parts.length; i++) {
            if (!segments.get(i).take(parts[i], names)) {
                return Optional.empty();
            }
        }
        return Optional.of(names);
    }
}
