package io.vecino.kernels;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** The rotated space in plain Java: {@code graph_space.h}. */
final class ScalarGraphSpace {
    private static final float HALF_ROOT = (float) Math.sqrt(0.5);
    private static final int MOST_CODE = 127;

    private ScalarGraphSpace() {}

    /** The squared length of a point before centring; the point in the space goes to {@code out}. */
    static float enter(GraphSpace space, float[] point, float[] out) {
        float length = 0;
        for (int i = 0; i < space.dimension(); i++) {
            float value = i < point.length ? point[i] : 0;
            length += value * value;
            out[i] = value - at(space.centre(), i);
        }
        rotate(out, space);
        return length;
    }

    static float at(MemorySegment floats, long index) {
        return floats.get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
    }

    private static void rotate(float[] x, GraphSpace space) {
        int power = Integer.highestOneBit(x.length);
        float scale = (float) (1 / Math.sqrt(power));
        for (int round = 0; round < GraphSpace.ROUNDS; round++) {
            for (int i = 0; i < x.length; i++) {
                boolean flips =
                        space.signs().get(JAVA_INT_UNALIGNED, ((long) round * x.length + i) * Integer.BYTES) < 0;
                x[i] = flips ? -x[i] : x[i];
            }
            int first = round % 2 == 0 ? 0 : x.length - power;
            hadamard(x, first, power);
            for (int i = first; i < first + power; i++) {
                x[i] *= scale;
            }
            for (int i = 0; power != x.length && i < x.length / 2; i++) {
                float a = x[i];
                float b = x[i + x.length / 2];
                x[i] = (a + b) * HALF_ROOT;
                x[i + x.length / 2] = (a - b) * HALF_ROOT;
            }
        }
    }

    private static void hadamard(float[] x, int first, int power) {
        for (int half = power / 2; half >= 1; half /= 2) {
            for (int block = first; block < first + power; block += 2 * half) {
                for (int i = block; i < block + half; i++) {
                    float a = x[i];
                    float b = x[i + half];
                    x[i] = a + b;
                    x[i + half] = a - b;
                }
            }
        }
    }

    /** Element i of a point that begins at {@code offset}. */
    static float element(GraphSpace space, MemorySegment own, long offset, int i) {
        return element(space.elementBytes(), own, offset, i);
    }

    static float element(int elementBytes, MemorySegment own, long offset, int i) {
        return elementBytes == Float.BYTES
                ? own.get(JAVA_FLOAT_UNALIGNED, offset + (long) i * Float.BYTES)
                : Float.float16ToFloat(own.get(JAVA_SHORT_UNALIGNED, offset + (long) i * Short.BYTES));
    }

    static void store(GraphSpace space, float[] point, MemorySegment own, long offset) {
        for (int i = 0; i < point.length; i++) {
            if (space.elementBytes() == Float.BYTES) {
                own.set(JAVA_FLOAT_UNALIGNED, offset + (long) i * Float.BYTES, point[i]);
            } else {
                own.set(JAVA_SHORT_UNALIGNED, offset + (long) i * Short.BYTES, Float.floatToFloat16(point[i]));
            }
        }
    }

    static void code(
            GraphSpace space,
            MemorySegment own,
            int count,
            float factor,
            MemorySegment codes,
            MemorySegment norms,
            MemorySegment sums) {
        for (int point = 0; point < count; point++) {
            int norm = 0;
            int sum = 0;
            for (int i = 0; i < space.dimension(); i++) {
                float scaled = element(space, own, point * space.ownBytes(), i) * factor;
                int code = (int) Math.rint(Math.clamp(scaled, -MOST_CODE, MOST_CODE));
                codes.set(JAVA_BYTE, (long) point * space.dimension() + i, (byte) code);
                norm += code * code;
                sum += code;
            }
            norms.set(JAVA_INT_UNALIGNED, (long) point * Integer.BYTES, norm);
            sums.set(JAVA_INT_UNALIGNED, (long) point * Integer.BYTES, sum);
        }
    }
}
