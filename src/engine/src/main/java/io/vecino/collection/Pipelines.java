package io.vecino.collection;

import io.vecino.model.CollectionConfig;
import io.vecino.model.IndexSpec;
import io.vecino.model.Pipeline;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.storage.PointStore;
import io.vecino.storage.StoreBatch;
import io.vecino.transform.Similarity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trained pipelines of a collection by version; each is stored once, with the index of its segments. Value: u8 length of the
 * name, name, trained.
 */
final class Pipelines {
    private static final Logger LOG = LoggerFactory.getLogger(Pipelines.class);
    private static final String PREFIX = "pipeline/";
    private static final String INDEX = "index/";

    private final PointStore store;
    private final Manifests manifests;
    private final Map<Integer, TrainedPipeline> loaded = new HashMap<>();
    private Encoding encoding;
    private volatile CollectionConfig config;
    private int lastVersion;

    Pipelines(PointStore store, Manifests manifests) {
        this.store = store;
        this.manifests = manifests;
        this.encoding = Encoding.of(store);
        this.config = encoding.in(store.config());
        this.lastVersion = Collections.max(used(manifests.current(), Previous.of(store)));
        while (store.meta(PREFIX + (lastVersion + 1)).isPresent()) {
            lastVersion++;
        }
    }

    private static Set<Integer> used(Manifest manifest, Optional<Previous> previous) {
        Set<Integer> versions = new HashSet<>(Set.of(manifest.pipelineVersion()));
        manifest.segments().forEach(entry -> versions.add(entry.pipelineVersion()));
        previous.ifPresent(before -> versions.addAll(before.versions()));
        return versions;
    }

    /** How segments to come are encoded. */
    synchronized Encoding encoding() {
        return encoding;
    }

    /** What the collection was created with and changed to. */
    CollectionConfig config() {
        return config;
    }

    /** A version that no pipeline has had. */
    synchronized int newVersion() {
        return ++lastVersion;
    }

    /** The index of the segments of a version. */
    IndexSpec index(int version) {
        return store.meta(INDEX + version)
                .map(name -> IndexSpec.parse(new String(name, StandardCharsets.UTF_8)))
                .orElse(store.config().index());
    }

    /**
     * The pipeline of segments to come; null before the first training, or if what was stored is damaged. Manifests are asked
     * outside of the lock, because they call {@link #change} under theirs.
     */
    @Nullable
    TrainedPipeline current() {
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
    void publish(TrainedPipeline trained) {
        int version = newVersion();
        IndexSpec index = encoding().index();
        manifests.publishPipeline(version, batch -> put(batch, version, trained, index));
        remember(version, trained);
    }

    private synchronized void remember(int version, TrainedPipeline trained) {
        loaded.put(version, trained);
    }

    private static void put(StoreBatch batch, int version, TrainedPipeline trained, IndexSpec index) {
        byte[] name = trained.pipeline().toString().getBytes(StandardCharsets.UTF_8);
        byte[] bytes = trained.toBytes();
        byte[] value = ByteBuffer.allocate(1 + name.length + bytes.length)
                .put((byte) name.length)
                .put(name)
                .put(bytes)
                .array();
        batch.putMeta(PREFIX + version, value);
        batch.putMeta(INDEX + version, index.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Adds a change of the encoding to a batch; it is in force after {@link #changed}.
     *
     * @param next what the manifest will be
     * @param now what will be the encoding before
     */
    synchronized void change(
            StoreBatch batch, Encoding to, @Nullable TrainedPipeline trained, Manifest next, Previous now) {
        int version = next.pipelineVersion();
        Set<Integer> needed = used(next, Optional.of(now));
        batch.putMeta(Encoding.META, to.encode());
        if (trained != null) {
            put(batch, version, trained, to.index());
        }
        for (int old = 1; old <= lastVersion; old++) {
            if (!needed.contains(old)) {
                loaded.remove(old);
                batch.removeMeta(PREFIX + old);
                batch.removeMeta(INDEX + old);
            }
        }
    }

    /** Puts a change of the encoding in force that was stored. */
    synchronized void changed(Encoding to, int version, @Nullable TrainedPipeline trained) {
        encoding = to;
        config = to.in(store.config());
        if (trained != null) {
            loaded.put(version, trained);
        }
    }
}
