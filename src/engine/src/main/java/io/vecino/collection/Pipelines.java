package io.vecino.collection;

import io.vecino.model.CollectionConfig;
import io.vecino.model.Pipeline;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.storage.PointStore;
import io.vecino.transform.Similarity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The trained pipelines of a collection by version; each is stored once. Value: u8 length of the name, name, trained. */
final class Pipelines {
    private static final Logger LOG = LoggerFactory.getLogger(Pipelines.class);
    private static final String PREFIX = "pipeline/";

    private final PointStore store;
    private final Manifests manifests;
    private final Map<Integer, TrainedPipeline> loaded = new HashMap<>();

    Pipelines(PointStore store, Manifests manifests) {
        this.store = store;
        this.manifests = manifests;
    }

    /** The pipeline of segments to come; null before the first training, or if what was stored is damaged. */
    synchronized @Nullable TrainedPipeline current() {
        return version(manifests.current().pipelineVersion());
    }

    int currentVersion() {
        return manifests.current().pipelineVersion();
    }

    /** A version; null if it is not there or damaged. */
    synchronized @Nullable TrainedPipeline version(int version) {
        TrainedPipeline known = loaded.get(version);
        if (known == null && version > 0) {
            known = read(version);
            if (known != null) {
                loaded.put(version, known);
            }
        }
        return known;
    }

    private @Nullable TrainedPipeline read(int version) {
        CollectionConfig config = store.config();
        try {
            byte[] value = store.meta(PREFIX + version)
                    .orElseThrow(() -> new IllegalArgumentException("no pipeline of version " + version));
            int nameLength = value.length == 0 ? 0 : value[0] & 0xFF;
            ByteBuffer bytes = ByteBuffer.wrap(value);
            if (value.length < 1 + nameLength) {
                throw new IllegalArgumentException("pipeline cut short");
            }
            String name = new String(value, 1, nameLength, StandardCharsets.UTF_8);
            byte[] trained = new byte[value.length - 1 - nameLength];
            bytes.get(1 + nameLength, trained);
            return TrainedPipeline.fromBytes(
                    Pipeline.parse(name), config.dimension(), Similarity.of(config.metric()), trained);
        } catch (RuntimeException e) {
            LOG.warn("pipeline version {} is damaged and will be trained anew", version, e);
            return null;
        }
    }

    /** Stores a newly trained pipeline as the one of segments to come. */
    synchronized void publish(TrainedPipeline trained) {
        int version = manifests.current().pipelineVersion() + 1;
        byte[] name = trained.pipeline().toString().getBytes(StandardCharsets.UTF_8);
        byte[] bytes = trained.toBytes();
        byte[] value = ByteBuffer.allocate(1 + name.length + bytes.length)
                .put((byte) name.length)
                .put(name)
                .put(bytes)
                .array();
        manifests.publishPipeline(version, PREFIX + version, value);
        loaded.put(version, trained);
    }
}
