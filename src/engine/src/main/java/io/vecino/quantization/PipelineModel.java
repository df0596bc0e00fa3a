package io.vecino.quantization;

import io.vecino.model.EngineException;
import io.vecino.model.Metric;
import io.vecino.model.Pipeline;
import io.vecino.transform.Similarity;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A trained pipeline with all that reading it back needs.
 *
 * @param dimension of the vectors before the pipeline
 */
public record PipelineModel(Metric metric, int dimension, TrainedPipeline trained) {
    private static final int FIXED = 2 * Integer.BYTES;

    /** Little-endian: i32 dimension, length of the name; metric, space, pipeline; the trained pipeline. */
    public byte[] toBytes() {
        byte[] text = (metric + " " + trained.pipeline()).getBytes(StandardCharsets.UTF_8);
        byte[] state = trained.toBytes();
        ByteBuffer bytes =
                ByteBuffer.allocate(FIXED + text.length + state.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(dimension).putInt(text.length);
        return bytes.put(text).put(state).array();
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException if the bytes are damaged or of another version
     */
    public static PipelineModel fromBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < FIXED) {
            throw new IllegalArgumentException("pipeline model: " + bytes.length + " bytes");
        }
        int dimension = buffer.getInt();
        int length = buffer.getInt();
        if (dimension < 1 || length < 0 || length > buffer.remaining()) {
            throw new IllegalArgumentException(
                    "pipeline model: " + dimension + " dimensions, name of " + length + " bytes");
        }
        byte[] text = new byte[length];
        buffer.get(text);
        byte[] state = new byte[buffer.remaining()];
        buffer.get(state);
        String[] name = new String(text, StandardCharsets.UTF_8).split(" ", 2);
        try {
            Metric metric = Metric.parse(name[0]);
            Pipeline pipeline = Pipeline.parse(name[name.length - 1]);
            return new PipelineModel(
                    metric, dimension, TrainedPipeline.fromBytes(pipeline, dimension, Similarity.of(metric), state));
        } catch (EngineException.InvalidArgument e) {
            throw new IllegalArgumentException("pipeline model: " + e.getMessage(), e);
        }
    }
}
