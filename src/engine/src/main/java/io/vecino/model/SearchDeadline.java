package io.vecino.model;

import java.util.function.Supplier;

/** When a search is no longer waited for; holds for what is called within it, on the same thread. */
public final class SearchDeadline {
    private static final ScopedValue<Long> NANO_TIME = ScopedValue.newInstance();

    private SearchDeadline() {}

    /**
     * Runs searches that end with {@link EngineException.Unavailable} once the deadline has passed.
     *
     * @param nanoTime of {@link System#nanoTime}
     */
    public static <T> T within(long nanoTime, Supplier<T> searches) {
        return ScopedValue.where(NANO_TIME, nanoTime).call(searches::get);
    }

    /**
     * Nanoseconds left, 0 if there is no deadline.
     *
     * @throws EngineException.Unavailable if none are left
     */
    public static long remaining() {
        if (!NANO_TIME.isBound()) {
            return 0;
        }
        long left = NANO_TIME.get() - System.nanoTime();
        if (left <= 0) {
            throw passed();
        }
        return left;
    }

    /** What a search throws that the deadline ended. */
    public static EngineException.Unavailable passed() {
        return new EngineException.Unavailable("the deadline of the search has passed");
    }
}
