package io.vecino.model;

/** What an acknowledged write survives. */
public enum Durability {
    /** Power loss: the log is synced before the acknowledgement. */
    FSYNC("fsync"),
    /** A killed process: the log has reached the operating system. */
    WAL("wal");

    private final String id;

    Durability(String id) {
        this.id = id;
    }

    /** The name used in configurations. */
    public String id() {
        return id;
    }

    /**
     * Reads a durability's name.
     *
     * @throws EngineException.InvalidArgument for an unknown name
     */
    public static Durability parse(String text) {
        for (Durability durability : values()) {
            if (durability.id.equals(text)) {
                return durability;
            }
        }
        throw new EngineException.InvalidArgument("durability", "fsync or wal", text);
    }

    @Override
    public String toString() {
        return id;
    }
}
