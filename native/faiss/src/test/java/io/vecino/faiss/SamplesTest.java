package io.vecino.faiss;

import java.lang.reflect.Method;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the sample programs, which end with an error where FAISS does not do what they show. */
class SamplesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "InvertedFile",
                "Graphs",
                "Codes",
                "AdditiveCodes",
                "BinaryVectors",
                "ShardsAndReplicas",
                "Selection",
                "RadiusAndReconstruction",
                "BytesAndBack",
                "Centroids",
                "OperatingPointsOfAnIndex",
                "Interruption",
            })
    void runsToItsEnd(String sample) throws ReflectiveOperationException {
        Method main = Class.forName("io.vecino.faiss.samples." + sample).getDeclaredMethod("main", String[].class);
        main.setAccessible(true);
        main.invoke(null, (Object) new String[0]);
    }
}
