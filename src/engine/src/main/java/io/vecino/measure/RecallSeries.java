package io.vecino.measure;

import io.vecino.model.RecallSample;
import io.vecino.model.RecallStage.Step;
import io.vecino.storage.CheckedBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The last measurements of a collection, as they are stored: a {@link CheckedBytes} frame of i32 count, then per sample i64
 * milliseconds since 1970, i64 points, i32 k, f64 recall, f64 lost by each step but the filter, u8 length of the event, the event.
 */
final class RecallSeries {
    static final int MOST = 500;

    private static final int MAGIC = 0x53525056; // "VPRS"
    private static final int VERSION = 1;
    private static final String NAME = "series of recall";
    private static final List<Step> STEPS = List.of(Step.REDUCTION, Step.QUANTIZER, Step.INDEX, Step.RESCORING);
    private static final int FIXED = 2 * Long.BYTES + Integer.BYTES + (1 + STEPS.size()) * Double.BYTES + 1;

    private RecallSeries() {}

    static byte[] encode(List<RecallSample> samples) {
        List<byte[]> events = samples.stream()
                .map(sample -> sample.event().getBytes(StandardCharsets.UTF_8))
                .toList();
        int size = Integer.BYTES
                + samples.size() * FIXED
                + events.stream().mapToInt(event -> event.length).sum();
        return CheckedBytes.write(MAGIC, VERSION, size, body -> {
            body.putInt(samples.size());
            for (int i = 0; i < samples.size(); i++) {
                RecallSample sample = samples.get(i);
                body.putLong(sample.at().toEpochMilli())
                        .putLong(sample.points())
                        .putInt(sample.k())
                        .putDouble(sample.recall());
                STEPS.forEach(step -> body.putDouble(sample.lost().getOrDefault(step, 0.0)));
                body.put((byte) events.get(i).length).put(events.get(i));
            }
        });
    }

    /** @throws IllegalArgumentException if the bytes are damaged */
    static List<RecallSample> decode(byte[] bytes) {
        ByteBuffer body = CheckedBytes.read(MAGIC, VERSION, NAME, bytes);
        int count = body.getInt();
        CheckedBytes.require(NAME, count >= 0 && count <= MOST, "0 to " + MOST + " samples", count);
        List<RecallSample> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CheckedBytes.require(NAME, body.remaining() >= FIXED, FIXED + " bytes more", body.remaining());
            Instant at = Instant.ofEpochMilli(body.getLong());
            long points = body.getLong();
            int k = body.getInt();
            double recall = body.getDouble();
            Map<Step, Double> lost = new EnumMap<>(Step.class);
            STEPS.forEach(step -> lost.put(step, body.getDouble()));
            byte[] event = new byte[Byte.toUnsignedInt(body.get())];
            CheckedBytes.require(NAME, body.remaining() >= event.length, event.length + " bytes", body.remaining());
            body.get(event);
            samples.add(new RecallSample(at, new String(event, StandardCharsets.UTF_8), points, k, recall, lost));
        }
        return samples;
    }
}
