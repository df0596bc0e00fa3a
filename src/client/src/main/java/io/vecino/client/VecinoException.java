package io.vecino.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call that failed, with the server's message. */
public final class VecinoException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Status.Code code;
    private final @Nullable String field;
    private final boolean refused;

    private VecinoException(Status status, @Nullable String field, boolean refused, Throwable cause) {
        super(status.getDescription() == null ? status.getCode().name() : status.getDescription(), cause);
        this.code = status.getCode();
        this.field = field;
        this.refused = refused;
    }

    static VecinoException of(Throwable failure) {
        com.google.rpc.Status details = StatusProto.fromThrowable(failure);
        String field = null;
        boolean refused = false;
        if (details != null) {
            for (Any detail : details.getDetailsList()) {
                refused |= detail.is(RetryInfo.class);
                field = detail.is(BadRequest.class) ? field(detail) : field;
            }
        }
        return new VecinoException(Status.fromThrowable(failure), field, refused, failure);
    }

    private static @Nullable String field(Any detail) {
        try {
            BadRequest bad = detail.unpack(BadRequest.class);
            return bad.getFieldViolationsCount() == 0
                    ? null
                    : bad.getFieldViolations(0).getField();
        } catch (InvalidProtocolBufferException _) {
            return null;
        }
    }

    /** What kind of failure it is. */
    public Status.Code code() {
        return code;
    }

    /** The field of the request that is wrong, if one is. */
    public Optional<String> field() {
        return Optional.ofNullable(field);
    }

    /**
     * Whether another attempt may succeed and can do no harm.
     *
     * @param repeatable whether doing it twice is the same as doing it once
     */
    boolean worthAnotherAttempt(boolean repeatable) {
        return code == Status.Code.UNAVAILABLE && (repeatable || refused);
    }
}
