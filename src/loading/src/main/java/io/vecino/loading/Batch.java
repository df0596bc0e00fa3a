package io.vecino.loading;

import io.vecino.loading.file.Row;
import io.vecino.model.EngineException;
import io.vecino.model.Point;
import io.vecino.model.PointId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rows that follow each other: the points to be stored, and those rejected on the way. */
final class Batch {
    /** Most points that a collection takes at once. */
    static final int MOST_POINTS = 10_000;

    private static final Pattern FIELD = Pattern.compile("points\\[(\\d{1,6})\\]\\.?(.*)");

    private final List<Long> numbers = new ArrayList<>();
    private final List<Point> points = new ArrayList<>();
    private final Set<PointId> ids = new HashSet<>();
    private final List<Row.Bad> bad = new ArrayList<>();
    private long end;
    private long offset;

    /** @param first row behind those of the batch before */
    Batch(long first) {
        this.end = first;
    }

    /** Adds a point unless one of its id is there already. */
    boolean add(Row.Good row) {
        if (!ids.add(row.point().id())) {
            return false;
        }
        numbers.add(row.number());
        points.add(row.point());
        end = row.number() + 1;
        return true;
    }

    void reject(Row.Bad row) {
        bad.add(row);
        end = row.number() + 1;
    }

    void readUpTo(long bytes) {
        offset = bytes;
    }

    long offset() {
        return offset;
    }

    /** The row behind it. */
    long end() {
        return end;
    }

    boolean holdsNothing() {
        return points.isEmpty() && bad.isEmpty();
    }

    boolean full(int bytes) {
        return points.size() >= MOST_POINTS
                || bad.size() >= MOST_POINTS
                || (!points.isEmpty()
                        && (long) points.size() * points.getFirst().vector().length * Float.BYTES >= bytes);
    }

    /** Whether both store a point of the same id, so that their order matters. */
    boolean shares(Batch other) {
        return ids.stream().anyMatch(other.ids::contains);
    }

    List<Point> points() {
        return points;
    }

    List<Row.Bad> bad() {
        return bad;
    }

    /**
     * Stores the points; those that the collection refuses are rejected if that is allowed.
     *
     * @param file named in messages
     * @return version of the last
     * @throws EngineException.InvalidArgument naming the row that is refused
     */
    long store(LoadTarget target, boolean skipBad, String file) {
        while (!points.isEmpty()) {
            try {
                return target.upsert(List.copyOf(points));
            } catch (EngineException.InvalidArgument e) {
                Matcher field = FIELD.matcher(e.field());
                if (!field.matches() || Integer.parseInt(field.group(1)) >= points.size()) {
                    throw e;
                }
                int at = Integer.parseInt(field.group(1));
                Row.Bad row = new Row.Bad(
                        numbers.get(at), field.group(2) + ": expected " + e.expected() + ", got " + e.got());
                if (!skipBad) {
                    throw new EngineException.InvalidArgument(
                            file + " row " + row.number() + (field.group(2).isEmpty() ? "" : " " + field.group(2)),
                            e.expected(),
                            e.got());
                }
                numbers.remove(at);
                points.remove(at);
                bad.add(row);
                bad.sort(Comparator.comparingLong(Row.Bad::number));
            }
        }
        return 0;
    }
}
