package io.vecino.model;

import java.util.Locale;

/** Where FAISS searches. */
public enum Device {
    /** On the processor. */
    CPU,
    /** On a GPU; what the GPU cannot do or has no room for is done on the processor, with a warning. */
    GPU,
    /** On a GPU if there is one. */
    AUTO;

    /**
     * Reads {@code cpu}, {@code gpu} or {@code auto}.
     *
     * @throws EngineException.InvalidArgument for anything else
     */
    public static Device parse(String name) {
        for (Device device : values()) {
            if (device.toString().equals(name)) {
                return device;
            }
        }
        throw new EngineException.InvalidArgument("device", "cpu, gpu or auto", name);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
