package io.vecino.measure;

import io.vecino.model.Pipeline;
import io.vecino.model.QuantizerSpec;
import io.vecino.model.TransformSpec;
import io.vecino.quantization.Quantizers;
import io.vecino.quantization.TrainedPipeline;
import io.vecino.quantization.TrainingSample;
import io.vecino.storage.NativeMemory;
import io.vecino.transform.Rows;
import io.vecino.transform.Similarity;
import io.vecino.transform.Transform;
import io.vecino.transform.TransformTraining;
import io.vecino.transform.Transforms;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A transform trained once, and the rows that codes behind it are trained on. Codes may be trained from several threads. */
final class CodeTraining implements AutoCloseable {
    private final Transform transform;
    private final Similarity similarity;
    private final NativeMemory.Block block;
    private final Rows sample;
    private final Rows images;

    private CodeTraining(
            Transform transform, Similarity similarity, NativeMemory.Block block, Rows sample, Rows images) {
        this.transform = transform;
        this.similarity = similarity;
        this.block = block;
        this.sample = sample;
        this.images = images;
    }

    /** Trains transforms on rows, as a pipeline with them would be. */
    static CodeTraining of(List<TransformSpec> transforms, Rows base, Similarity similarity, NativeMemory memory) {
        Pipeline any = new Pipeline(transforms, QuantizerSpec.of(QuantizerSpec.Method.INT8));
        int d = base.dimension();
        int m = any.outputDimension(d);
        int count = (int) (TrainingSample.bytes(any, d, base.count()) / Float.BYTES / d);
        NativeMemory.Block block =
                memory.allocate((long) count * (d + m + 1) * Float.BYTES, "training sample of a dry run");
        try (TrainingSample chosen = TrainingSample.of(any, d, base.count())) {
            for (int i = 0; i < base.count(); i++) {
                chosen.offer(base.copyOf(i));
            }
            Rows sample = new Rows(block.segment(), count, d);
            sample.segment().copyFrom(chosen.rows().segment().asSlice(0, (long) count * d * Float.BYTES));
            Transform transform = Transforms.train(any, sample, similarity, TransformTraining.PLAIN);
            MemorySegment rest = block.segment().asSlice((long) count * d * Float.BYTES);
            Rows images = new Rows(rest, count, m);
            MemorySegment biases = rest.asSlice((long) count * m * Float.BYTES);
            transform.points(
                    sample.segment(), count, images.segment(), transform.biased() ? biases : MemorySegment.NULL);
            return new CodeTraining(transform, similarity, block, sample, images);
        } catch (RuntimeException e) {
            block.close();
            throw e;
        }
    }

    Transform transform() {
        return transform;
    }

    TrainedPipeline train(Pipeline pipeline) {
        return new TrainedPipeline(
                pipeline,
                transform,
                Quantizers.train(pipeline.quantizer(), images, transform.similarity()),
                pipeline.refine().map(spec -> Quantizers.train(spec, sample, similarity)));
    }

    @Override
    public void close() {
        block.close();
    }
}
