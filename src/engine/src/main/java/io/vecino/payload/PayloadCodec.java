package io.vecino.payload;

import io.vecino.model.EngineException;
import io.vecino.model.Payload;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Payloads as CBOR (RFC 8949); an empty payload is no bytes. */
public final class PayloadCodec {
    /** Largest encoded payload accepted. */
    public static final int MAX_BYTES = 64 << 10;

    private static final CBORMapper MAPPER = new CBORMapper();
    private static final TypeReference<Map<String, @Nullable Object>> FIELDS = new TypeReference<>() {};

    private PayloadCodec() {}

    /**
     * Encodes.
     *
     * @param field where the payload stands in the request, for the error
     * @throws EngineException.InvalidArgument if it takes more than {@link #MAX_BYTES}
     */
    public static byte[] encode(Payload payload, String field) {
        if (payload.fields().isEmpty()) {
            return new byte[0];
        }
        byte[] bytes = MAPPER.writeValueAsBytes(payload.fields());
        if (bytes.length > MAX_BYTES) {
            throw new EngineException.InvalidArgument(
                    field, "at most " + MAX_BYTES + " bytes of CBOR", bytes.length + " bytes");
        }
        return bytes;
    }

    /**
     * Decodes what {@link #encode} wrote.
     *
     * @throws EngineException.StorageFailure if the bytes are damaged
     */
    public static Payload decode(byte[] bytes) {
        if (bytes.length == 0) {
            return Payload.EMPTY;
        }
        try {
            return new Payload(MAPPER.readValue(bytes, FIELDS));
        } catch (JacksonException e) {
            throw new EngineException.StorageFailure("damaged payload of " + bytes.length + " bytes", e);
        }
    }
}
