package io.vecino.index.faiss;

import io.vecino.faiss.CheckedIndex;
import io.vecino.faiss.FaissException;
import io.vecino.faiss.GpuDevice;
import io.vecino.faiss.Index;
import io.vecino.faiss.Segments;
import io.vecino.faiss.global.faiss;
import io.vecino.model.Device;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The GPU that indexes are copied to when the configuration asks for one. There is one for the process, with one thread
 * and one set of resources, made when first needed. What it cannot do is done on the processor, logged and counted.
 */
public final class FaissDevice {
    private static final Logger LOG = LoggerFactory.getLogger(FaissDevice.class);
    private static final int FIRST_GPU = 0;
    private static final long TEMPORARY_BYTES = 1L << 29;
    private static final int WAITING = 4096;
    private static final int MAX_BATCH = 1024;

    private static final LongAdder FALLBACKS = new LongAdder();
    private static Device wanted = Device.CPU;
    private static @Nullable DeviceWorker worker;
    private static @Nullable GpuDevice gpu;

    private FaissDevice() {}

    /** Where indexes that are built or opened from now on are searched. */
    public static synchronized void use(Device device) {
        wanted = device;
    }

    /** How often the processor stood in for the GPU that was asked for. */
    public static long fallbacks() {
        return FALLBACKS.sum();
    }

    /** Waits for the searches under way and frees the device; all copies must have been closed. */
    public static synchronized void shutDown() {
        DeviceWorker current = worker;
        GpuDevice device = gpu;
        if (current != null) {
            if (device != null) {
                current.run(() -> {
                            device.close();
                            return device;
                        })
                        .join();
            }
            current.close();
        }
        worker = null;
        gpu = null;
    }

    /** A copy on the GPU, if one is wanted and there is one with room for it. */
    static synchronized Optional<Copy> copy(CheckedIndex index) {
        if (wanted == Device.CPU) {
            return Optional.empty();
        }
        if (faiss.gpu_devices() == 0) {
            if (wanted == Device.GPU) {
                fellBack(faiss.gpu_supported() ? "no device found" : "this FAISS is built without GPU support");
            }
            return Optional.empty();
        }
        if (worker == null) {
            worker = new DeviceWorker("vecino-gpu-" + FIRST_GPU, WAITING, MAX_BATCH);
        }
        DeviceWorker current = worker;
        try {
            return Optional.of(current.run(() -> copied(current, index)).join());
        } catch (CompletionException | RejectedExecutionException e) {
            fellBack(e.getCause() == null ? e : e.getCause());
            return Optional.empty();
        }
    }

    private static Copy copied(DeviceWorker worker, CheckedIndex index) {
        GpuDevice device = gpu;
        if (device == null) {
            device = new GpuDevice(FIRST_GPU, TEMPORARY_BYTES);
            gpu = device;
        }
        long needed = index.bytes();
        long free = device.free_bytes();
        if (needed > free) {
            throw new FaissException("index: expected at most " + free + " bytes free on the device, got " + needed);
        }
        return new Copy(worker, device.copy(index.unchecked()), index.dimension());
    }

    private static void fellBack(Object reason) {
        FALLBACKS.increment();
        LOG.warn("searching on the processor instead of the GPU: {}", reason);
    }

    /** An index on the device; searched and freed by the device's thread. */
    static final class Copy implements AutoCloseable {
        private final DeviceWorker worker;
        private final Index index;
        private final int dimension;
        private final DeviceWorker.Target target = this::searchHere;

        private Copy(DeviceWorker worker, Index index, int dimension) {
            this.worker = worker;
            this.index = index;
            this.dimension = dimension;
        }

        private void searchHere(MemorySegment queries, int k, MemorySegment scores, MemorySegment labels) {
            index.search(
                    queries.byteSize() / (dimension * (long) Float.BYTES),
                    Segments.floats(queries),
                    k,
                    Segments.floats(scores),
                    Segments.longs(labels));
        }

        /** The k nearest of one query, with others that wait; false if the processor must do it. */
        boolean search(MemorySegment query, int k, MemorySegment scores, MemorySegment labels) {
            try {
                DeviceWorker.Found found = worker.search(target, query.toArray(ValueLayout.JAVA_FLOAT), k)
                        .join();
                MemorySegment.copy(found.scores(), 0, scores, ValueLayout.JAVA_FLOAT, 0, k);
                MemorySegment.copy(found.labels(), 0, labels, ValueLayout.JAVA_LONG, 0, k);
                return true;
            } catch (CompletionException | RejectedExecutionException e) {
                fellBack(e.getCause() == null ? e : e.getCause());
                return false;
            }
        }

        /** All queries in one call; false if the processor must do it. */
        boolean searchBatch(MemorySegment queries, int k, MemorySegment scores, MemorySegment labels) {
            try {
                return worker.run(() -> {
                            searchHere(queries, k, scores, labels);
                            return true;
                        })
                        .join();
            } catch (CompletionException | RejectedExecutionException e) {
                fellBack(e.getCause() == null ? e : e.getCause());
                return false;
            }
        }

        @Override
        public void close() {
            worker.run(() -> {
                        index.close();
                        return index;
                    })
                    .join();
        }
    }
}
