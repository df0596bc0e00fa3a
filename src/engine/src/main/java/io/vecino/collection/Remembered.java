package io.vecino.collection;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The results of a few costly computations on a state of a collection. Thread-safe. */
final class Remembered {
    private static final int MOST = 4;

    private final Map<Object, Object> results = new LinkedHashMap<>(MOST, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Object> eldest) {
            return size() > MOST;
        }
    };

    /** The result under a key, computed by the first who asks; two at a time may both compute it. */
    <T> T get(Object key, Class<T> type, Supplier<T> computation) {
        synchronized (results) {
            Object known = results.get(key);
            if (type.isInstance(known)) {
                return type.cast(known);
            }
        }
        T computed = computation.get();
        synchronized (results) {
            results.put(key, computed);
        }
        return computed;
    }
}
