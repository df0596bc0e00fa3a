package io.vecino.loading.file;

import io.vecino.model.EngineException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * A column whose values are read as what they mean.
 *
 * @param name of the field at the top of the schema
 */
record ParquetColumn(String name, ColumnDescriptor leaf, Kind kind) {
    /** What a value means. */
    enum Kind {
        BOOLEAN,
        INTEGER,
        UNSIGNED,
        REAL,
        HALF,
        TEXT,
        JSON,
        UUID,
        DATE,
        TIMESTAMP
    }

    static ParquetColumn of(String file, String name, ColumnDescriptor leaf) {
        PrimitiveType type = leaf.getPrimitiveType();
        LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        Kind kind = switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> Kind.BOOLEAN;
            case FLOAT, DOUBLE -> Kind.REAL;
            case INT32, INT64 -> whole(logical);
            case BINARY -> text(logical);
            case FIXED_LEN_BYTE_ARRAY -> fixed(logical);
            case INT96 -> null;
        };
        if (kind == null) {
            throw new EngineException.InvalidArgument(
                    file + " column " + name,
                    "a boolean, whole number, number, text, UUID, date or timestamp",
                    type.toString());
        }
        return new ParquetColumn(name, leaf, kind);
    }

    private static @Nullable Kind whole(@Nullable LogicalTypeAnnotation logical) {
        return switch (logical) {
            case null -> Kind.INTEGER;
            case IntLogicalTypeAnnotation number -> number.isSigned() ? Kind.INTEGER : Kind.UNSIGNED;
            case TimestampLogicalTypeAnnotation _ -> Kind.TIMESTAMP;
            case LogicalTypeAnnotation.DateLogicalTypeAnnotation _ -> Kind.DATE;
            default -> null;
        };
    }

    private static @Nullable Kind text(@Nullable LogicalTypeAnnotation logical) {
        return switch (logical) {
            case LogicalTypeAnnotation.StringLogicalTypeAnnotation _ -> Kind.TEXT;
            case LogicalTypeAnnotation.EnumLogicalTypeAnnotation _ -> Kind.TEXT;
            case LogicalTypeAnnotation.JsonLogicalTypeAnnotation _ -> Kind.JSON;
            case null, default -> null;
        };
    }

    private static @Nullable Kind fixed(@Nullable LogicalTypeAnnotation logical) {
        return switch (logical) {
            case LogicalTypeAnnotation.Float16LogicalTypeAnnotation _ -> Kind.HALF;
            case LogicalTypeAnnotation.UUIDLogicalTypeAnnotation _ -> Kind.UUID;
            case null, default -> null;
        };
    }

    /** Whether it can be part of a vector. */
    boolean number() {
        return kind == Kind.REAL || kind == Kind.HALF || kind == Kind.INTEGER;
    }

    /** The value on which a reader stands. */
    Object value(ColumnReader reader) {
        return switch (kind) {
            case BOOLEAN -> reader.getBoolean();
            case INTEGER, UNSIGNED -> integer(reader);
            case REAL, HALF -> real(reader);
            case TEXT, JSON -> reader.getBinary().toStringUsingUTF8();
            case UUID -> {
                ByteBuffer bytes = reader.getBinary().toByteBuffer();
                yield new UUID(bytes.getLong(bytes.position()), bytes.getLong(bytes.position() + Long.BYTES));
            }
            case DATE -> LocalDate.ofEpochDay(integer(reader)).toString();
            case TIMESTAMP -> timestamp(integer(reader));
        };
    }

    private long integer(ColumnReader reader) {
        return leaf.getPrimitiveType().getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.INT64
                ? reader.getLong()
                : kind == Kind.UNSIGNED ? Integer.toUnsignedLong(reader.getInteger()) : reader.getInteger();
    }

    private double real(ColumnReader reader) {
        return switch (leaf.getPrimitiveType().getPrimitiveTypeName()) {
            case FLOAT -> reader.getFloat();
            case DOUBLE -> reader.getDouble();
            default -> Float.float16ToFloat(half(reader.getBinary()));
        };
    }

    /** The value on which a reader stands as part of a vector. */
    float element(ColumnReader reader) {
        return leaf.getPrimitiveType().getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.FLOAT
                ? reader.getFloat()
                : kind == Kind.INTEGER ? (float) integer(reader) : (float) real(reader);
    }

    private static short half(Binary binary) {
        byte[] bytes = binary.getBytesUnsafe();
        return (short) (Byte.toUnsignedInt(bytes[0]) | bytes[1] << 8);
    }

    private String timestamp(long value) {
        TimestampLogicalTypeAnnotation type =
                (TimestampLogicalTypeAnnotation) leaf.getPrimitiveType().getLogicalTypeAnnotation();
        ChronoUnit unit = switch (type.getUnit()) {
            case MILLIS -> ChronoUnit.MILLIS;
            case MICROS -> ChronoUnit.MICROS;
            case NANOS -> ChronoUnit.NANOS;
        };
        return Instant.EPOCH.plus(value, unit).toString();
    }
}
