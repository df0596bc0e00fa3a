package io.vecino.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The kernels in plain Java. Rows are widened to float32 and accumulated in float64, in four independent sums. */
final class ScalarKernels implements Arithmetic {

    @Override
    public KernelLevel level() {
        return KernelLevel.SCALAR;
    }

    @Override
    public float score(Kernel kernel, MemorySegment query, MemorySegment row, int dimension) {
        return score(kernel, queryOf(kernel, query, 0, dimension), row, 0, new float[dimension]);
    }

    @Override
    public void scoreRows(
            Kernel kernel,
            MemorySegment query,
            MemorySegment rows,
            long strideBytes,
            int count,
            int dimension,
            MemorySegment scores) {
        scoreRun(kernel, queryOf(kernel, query, 0, dimension), rows, strideBytes, count, scores, 0);
    }

    @Override
    public void scoreOrdinals(
            Kernel kernel,
            MemorySegment query,
            MemorySegment rows,
            long strideBytes,
            long rowCount,
            MemorySegment ordinals,
            int count,
            int dimension,
            MemorySegment scores) {
        float[] heapQuery = queryOf(kernel, query, 0, dimension);
        float[] row = new float[dimension];
        for (int i = 0; i < count; i++) {
            int ordinal = ordinals.get(ValueLayout.JAVA_INT_UNALIGNED, (long) Integer.BYTES * i);
            if (ordinal < 0 || ordinal >= rowCount) {
                throw Arguments.ordinalOutOfRange(i, ordinals, rowCount);
            }
            put(scores, i, score(kernel, heapQuery, rows, ordinal * strideBytes, row));
        }
    }

    @Override
    public void scoreBatch(
            Kernel kernel,
            MemorySegment queries,
            int queryCount,
            MemorySegment rows,
            long strideBytes,
            int count,
            int dimension,
            MemorySegment scores) {
        for (long q = 0; q < queryCount; q++) {
            float[] query = queryOf(kernel, queries, q * dimension, dimension);
            scoreRun(kernel, query, rows, strideBytes, count, scores, q * count);
        }
    }

    @Override
    public void encodeF16(MemorySegment from, MemorySegment to, long count) {
        for (long i = 0; i < count; i++) {
            short half = Float.floatToFloat16(from.get(ValueLayout.JAVA_FLOAT_UNALIGNED, Float.BYTES * i));
            to.set(ValueLayout.JAVA_SHORT_UNALIGNED, Short.BYTES * i, half);
        }
    }

    @Override
    public void decodeF16(MemorySegment from, MemorySegment to, long count) {
        for (long i = 0; i < count; i++) {
            float wide = Float.float16ToFloat(from.get(ValueLayout.JAVA_SHORT_UNALIGNED, Short.BYTES * i));
            put(to, i, wide);
        }
    }

    @Override
    public void encodeBF16(MemorySegment from, MemorySegment to, long count) {
        for (long i = 0; i < count; i++) {
            short half = RowFormats.toBFloat16(from.get(ValueLayout.JAVA_FLOAT_UNALIGNED, Float.BYTES * i));
            to.set(ValueLayout.JAVA_SHORT_UNALIGNED, Short.BYTES * i, half);
        }
    }

    @Override
    public void decodeBF16(MemorySegment from, MemorySegment to, long count) {
        for (long i = 0; i < count; i++) {
            put(to, i, RowFormats.bfloat16(from.get(ValueLayout.JAVA_SHORT_UNALIGNED, Short.BYTES * i)));
        }
    }

    @Override
    public void packLevels(
            int bits,
            MemorySegment levels,
            int count,
            int dimension,
            MemorySegment rows,
            long strideBytes,
            long offsetBytes) {
        byte[] vector = new byte[dimension];
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(levels, ValueLayout.JAVA_BYTE, (long) i * dimension, vector, 0, dimension);
            LevelPlanes.pack(bits, vector, rows, offsetBytes + i * strideBytes);
        }
    }

    @Override
    public void unpackLevels(
            int bits,
            MemorySegment rows,
            long strideBytes,
            long offsetBytes,
            int count,
            int dimension,
            MemorySegment levels) {
        byte[] vector = new byte[dimension];
        for (int i = 0; i < count; i++) {
            LevelPlanes.unpack(bits, rows, offsetBytes + i * strideBytes, vector);
            MemorySegment.copy(vector, 0, levels, ValueLayout.JAVA_BYTE, (long) i * dimension, dimension);
        }
    }

    @Override
    public void fastScan(
            MemorySegment luts,
            int queryCount,
            MemorySegment blocks,
            int blockCount,
            int subquantizers,
            MemorySegment sums) {
        FastScan.scan(luts, queryCount, blocks, blockCount, subquantizers, sums);
    }

    @Override
    public void packFastScan(MemorySegment codes, int count, int subquantizers, MemorySegment blocks) {
        FastScan.pack(codes, count, subquantizers, blocks);
    }

    @Override
    public void unpackFastScan(MemorySegment blocks, int count, int subquantizers, MemorySegment codes) {
        FastScan.unpack(blocks, count, subquantizers, codes);
    }

    @Override
    public void readHalves(
            MemorySegment from, long strideBytes, int count, float origin, float unit, MemorySegment to) {
        for (int i = 0; i < count; i++) {
            float value = Float.float16ToFloat(from.get(ValueLayout.JAVA_SHORT_UNALIGNED, i * strideBytes));
            put(to, i, Math.fma(unit, value, origin));
        }
    }

    @Override
    public void finish(
            MemorySegment scores,
            int queryCount,
            int count,
            MemorySegment constants,
            MemorySegment centres,
            long strideBytes,
            int centreCount,
            MemorySegment queries,
            float top,
            MemorySegment terms) {
        for (int q = 0; q < queryCount; q++) {
            float factor = get(queries, 3L * q);
            float sum = get(queries, 3L * q + 1);
            float error = get(queries, 3L * q + 2);
            for (int i = 0; i < count; i++) {
                float scale = get(constants, i);
                float zero = get(constants, (long) count + i);
                int centre = centreCount == 1 ? 0 : centres.get(ValueLayout.JAVA_BYTE, i * strideBytes) & 0xFF;
                float levels = Math.fma(zero, sum, factor * get(scores, (long) q * count + i));
                float most = Math.fma(Math.max(Math.abs(zero), Math.abs(zero + top)), error, levels);
                float term = get(terms, (long) q * Arguments.termsPerQuery(centreCount) + centre);
                put(scores, (long) q * count + i, Math.fma(scale, most, term) + get(constants, 2L * count + i));
            }
        }
    }

    @Override
    public int selectFloats(MemorySegment values, int count, float least, MemorySegment positions) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            if (get(values, i) >= least) {
                positions.set(ValueLayout.JAVA_INT_UNALIGNED, (long) Integer.BYTES * found++, i);
            }
        }
        return found;
    }

    @Override
    public int selectSums(MemorySegment sums, int count, int least, MemorySegment positions) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            if (Short.toUnsignedInt(sums.get(ValueLayout.JAVA_SHORT_UNALIGNED, (long) Short.BYTES * i)) >= least) {
                positions.set(ValueLayout.JAVA_INT_UNALIGNED, (long) Integer.BYTES * found++, i);
            }
        }
        return found;
    }

    private static float get(MemorySegment from, long index) {
        return from.get(ValueLayout.JAVA_FLOAT_UNALIGNED, Float.BYTES * index);
    }

    private static void scoreRun(
            Kernel kernel,
            float[] query,
            MemorySegment rows,
            long strideBytes,
            int count,
            MemorySegment scores,
            long firstScore) {
        float[] row = new float[query.length];
        for (int i = 0; i < count; i++) {
            put(scores, firstScore + i, score(kernel, query, rows, i * strideBytes, row));
        }
    }

    private static float score(Kernel kernel, float[] query, MemorySegment rows, long offset, float[] row) {
        RowFormats.widen(kernel, rows, offset, row);
        return (float)
                switch (kernel) {
                    case L2_F32, L2_F16, L2_BF16 -> squaredDistance(query, row);
                    case DOT_U1 -> sumOfSelected(query, row);
                    default -> dot(query, row);
                };
    }

    private static double sumOfSelected(float[] query, float[] row) {
        double sum = 0;
        for (int i = 0; i < query.length; i++) {
            if (row[i] != 0) {
                sum += query[i];
            }
        }
        return sum;
    }

    private static double dot(float[] query, float[] row) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i + 4 <= query.length; i += 4) {
            a += (double) query[i] * row[i];
            b += (double) query[i + 1] * row[i + 1];
            c += (double) query[i + 2] * row[i + 2];
            d += (double) query[i + 3] * row[i + 3];
        }
        for (; i < query.length; i++) {
            a += (double) query[i] * row[i];
        }
        return (a + b) + (c + d);
    }

    private static double squaredDistance(float[] query, float[] row) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i + 4 <= query.length; i += 4) {
            a += square((double) query[i] - row[i]);
            b += square((double) query[i + 1] - row[i + 1]);
            c += square((double) query[i + 2] - row[i + 2]);
            d += square((double) query[i + 3] - row[i + 3]);
        }
        for (; i < query.length; i++) {
            a += square((double) query[i] - row[i]);
        }
        return (a + b) + (c + d);
    }

    private static double square(double value) {
        return value * value;
    }

    private static float[] queryOf(Kernel kernel, MemorySegment from, long firstElement, int dimension) {
        float[] copy = new float[dimension];
        if (kernel.isQdot()) {
            for (int i = 0; i < dimension; i++) {
                copy[i] = from.get(ValueLayout.JAVA_BYTE, firstElement + i);
            }
        } else {
            long offset = Float.BYTES * firstElement;
            MemorySegment.copy(from, ValueLayout.JAVA_FLOAT_UNALIGNED, offset, copy, 0, dimension);
        }
        return copy;
    }

    private static void put(MemorySegment to, long index, float value) {
        to.set(ValueLayout.JAVA_FLOAT_UNALIGNED, Float.BYTES * index, value);
    }
}
