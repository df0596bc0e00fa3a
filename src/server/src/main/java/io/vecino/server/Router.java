package io.vecino.server;

import io.vecino.model.EngineException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** From method and path to a route. */
final class Router {
    private final List<Entry> entries;
    private final Set<String> open;

    private record Entry(Route route, PathTemplate template) {}

    /** @param names what stands in the path for the route's parameters, decoded */
    record Match(Route route, Map<String, String> names, Query query) {}

    Router(List<Route> routes) {
        this.entries = routes.stream()
                .map(route -> new Entry(route, PathTemplate.parse(route.template())))
                .toList();
        this.open = routes.stream()
                .filter(route -> route.scope() == null)
                .map(Route::operation)
                .collect(Collectors.toUnmodifiableSet());
    }

    List<Route> routes() {
        return entries.stream().map(Entry::route).toList();
    }

    /** Whether anyone may ask for this, key or not. */
    boolean isOpen(String method, String target) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        return open.contains(method + " " + path);
    }

    /**
     * Finds the route.
     *
     * @param target path and query as in the request line
     * @throws EngineException.NotFound if no route has this path
     * @throws HttpFailure.MethodNotAllowed if one has, but with another method
     * @throws EngineException.InvalidArgument if path or query cannot be decoded
     */
    Match find(String method, String target) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        TreeSet<String> allowed = new TreeSet<>();
        for (Entry entry : entries) {
            Optional<Map<String, String>> names = entry.template.match(path);
            if (names.isEmpty()) {
                continue;
            }
            if (entry.route.method().equals(method)) {
                Query query = Query.parse(mark < 0 ? "" : target.substring(mark + 1));
                return new Match(entry.route, names.get(), query);
            }
            allowed.add(entry.route.method());
        }
        if (allowed.isEmpty()) {
            throw new EngineException.NotFound("route", method + " " + path);
        }
        throw new HttpFailure.MethodNotAllowed(method, path, List.copyOf(allowed));
    }
}
