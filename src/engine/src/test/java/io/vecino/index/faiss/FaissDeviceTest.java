package io.vecino.index.faiss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vecino.faiss.CheckedIndex;
import io.vecino.faiss.FaissException;
import io.vecino.faiss.GpuDevice;
import io.vecino.faiss.global.faiss;
import io.vecino.model.Device;
import io.vecino.model.EngineException;
import io.vecino.storage.Scratch;
import io.vecino.transform.Similarity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaissDeviceTest {
    @AfterEach
    void processor() {
        FaissDevice.use(Device.CPU);
        FaissDevice.shutDown();
    }

    @Test
    void countsWhenTheProcessorStandsIn() {
        assumeTrue(faiss.gpu_devices() == 0, "a GPU is there");
        try (CheckedIndex index = FaissLibrary.create(4, "Flat", Similarity.L2)) {
            long before = FaissDevice.fallbacks();
            FaissDevice.use(Device.AUTO);
            assertTrue(FaissDevice.copy(index).isEmpty());
            assertEquals(before, FaissDevice.fallbacks(), "auto asks for nothing that is not there");
            FaissDevice.use(Device.GPU);
            assertTrue(FaissDevice.copy(index).isEmpty());
            assertEquals(before + 1, FaissDevice.fallbacks());
            assertThrows(FaissException.class, () -> new GpuDevice(0, 1 << 20));
        }
    }

    @Test
    void theDeviceFindsWhatTheProcessorFinds() {
        assumeTrue(
                faiss.gpu_devices() > 0,
                "no GPU: " + FaissRuntime.report().facts().get("GPU"));
        try (Scratch scratch = new Scratch();
                CheckedIndex index = FaissLibrary.create(2, "Flat", Similarity.L2)) {
            index.add(scratch.floats(new float[] {0, 0, 1, 1, 5, 5}));
            FaissDevice.use(Device.GPU);
            MemorySegment scores = scratch.floats(2L);
            MemorySegment labels = scratch.bytes(2L * Long.BYTES);
            try (FaissDevice.Copy copy = FaissDevice.copy(index).orElseThrow()) {
                assertTrue(copy.search(scratch.floats(new float[] {4, 4}), 2, scores, labels));
                assertEquals(2, labels.getAtIndex(ValueLayout.JAVA_LONG, 0));
                assertEquals(1, labels.getAtIndex(ValueLayout.JAVA_LONG, 1));
            }
        }
    }

    @Test
    void refusesAnUnknownDevice() {
        assertThrows(EngineException.InvalidArgument.class, () -> Device.parse("tpu"));
        assertEquals(Device.AUTO, Device.parse("auto"));
    }
}
