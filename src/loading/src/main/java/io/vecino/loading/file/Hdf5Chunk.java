package io.vecino.loading.file;

import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.filter.PipelineFilterWithData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A chunk of an HDF5 dataset, unpacked to at most the size that it should have. */
final class Hdf5Chunk {
    private static final int DEFLATE = 1;
    private static final int SHUFFLE = 2;

    private Hdf5Chunk() {}

    /** @param at offsets of its first value in the dataset */
    static byte[] read(ChunkedDataset dataset, int[] at, int elementBytes, int size) throws IOException {
        List<PipelineFilterWithData> filters = dataset.getFilters();
        if (filters.stream().anyMatch(filter -> filter.getId() != DEFLATE && filter.getId() != SHUFFLE)) {
            return dataset.getDecompressedChunk(at);
        }
        ByteBuffer raw = dataset.getRawChunkBuffer(at);
        byte[] bytes = new byte[raw.remaining()];
        raw.get(bytes);
        for (PipelineFilterWithData filter : filters.reversed()) {
            bytes = filter.getId() == DEFLATE ? inflate(bytes, size) : unshuffle(bytes, elementBytes);
        }
        return bytes;
    }

    private static byte[] inflate(byte[] packed, int size) throws IOException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(packed);
            byte[] bytes = new byte[size];
            int got = 0;
            while (got < size && !inflater.finished()) {
                int more = inflater.inflate(bytes, got, size - got);
                if (more == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    break;
                }
                got += more;
            }
            byte[] beyond = new byte[1];
            if (got < size || inflater.inflate(beyond) > 0) {
                throw new IOException(got < size ? got + " bytes" : "more than " + size + " bytes");
            }
            return bytes;
        } catch (DataFormatException e) {
            throw new IOException("not deflate: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
    }

    private static byte[] unshuffle(byte[] bytes, int width) {
        byte[] plain = new byte[bytes.length];
        int count = bytes.length / width;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < width; j++) {
                plain[i * width + j] = bytes[j * count + i];
            }
        }
        return plain;
    }
}
