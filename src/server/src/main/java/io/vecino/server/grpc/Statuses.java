package io.vecino.server.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.vecino.server.work.Failure;

/** The one place where failures become gRPC: standard codes, the message that every protocol gives, details as Google's. */
final class Statuses {
    private static final Metadata.Key<com.google.rpc.Status> DETAILS = Metadata.Key.of(
            "grpc-status-details-bin", ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));
    private static final RetryInfo SOON = RetryInfo.newBuilder()
            .setRetryDelay(Duration.newBuilder().setSeconds(1))
            .build();

    private Statuses() {}

    /** A status and what goes with it. */
    record Ending(Status status, Metadata trailers) {}

    /** Maps a failure; one that is the server's fault is logged under the request's id and told no more than that. */
    static Ending of(Throwable failure, CallTrace trace) {
        return switch (failure) {
            case StatusRuntimeException e -> new Ending(e.getStatus(), trailers(e.getTrailers()));
            case StatusException e -> new Ending(e.getStatus(), trailers(e.getTrailers()));
            default -> of(Failure.of(failure, trace.requestId()), trace.late());
        };
    }

    private static Metadata trailers(@org.jspecify.annotations.Nullable Metadata given) {
        return given == null ? new Metadata() : given;
    }

    /** @param late whether the call's deadline has passed, which explains that something was given up */
    static Ending of(Failure failure, boolean late) {
        Status.Code code = switch (failure.code()) {
            case INVALID_ARGUMENT -> Status.Code.INVALID_ARGUMENT;
            case NOT_FOUND -> Status.Code.NOT_FOUND;
            case CONFLICT -> Status.Code.FAILED_PRECONDITION;
            case UNAVAILABLE -> late ? Status.Code.DEADLINE_EXCEEDED : Status.Code.UNAVAILABLE;
            case RESOURCE_EXHAUSTED -> Status.Code.RESOURCE_EXHAUSTED;
            case INTERNAL -> Status.Code.INTERNAL;
        };
        return ending(code.toStatus().withDescription(failure.message()), detail(failure, code));
    }

    private static Any detail(Failure failure, Status.Code code) {
        if (code == Status.Code.UNAVAILABLE) {
            return Any.pack(SOON);
        }
        Failure.Details details = failure.details();
        return details == null
                ? Any.getDefaultInstance()
                : Any.pack(BadRequest.newBuilder()
                        .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                                .setField(details.field())
                                .setDescription("expected " + details.expected() + ", got " + details.got()))
                        .build());
    }

    /** That there is no room now, but may be soon. */
    static Ending busy(String message) {
        return ending(Status.UNAVAILABLE.withDescription(message), Any.pack(SOON));
    }

    static Ending unauthenticated() {
        return new Ending(Status.UNAUTHENTICATED.withDescription("an API key is required"), new Metadata());
    }

    /** @param reason what the key does not reach */
    static Ending forbidden(String reason) {
        return new Ending(Status.PERMISSION_DENIED.withDescription(reason), new Metadata());
    }

    private static Ending ending(Status status, Any detail) {
        Metadata trailers = new Metadata();
        if (!detail.getTypeUrl().isEmpty()) {
            trailers.put(
                    DETAILS,
                    com.google.rpc.Status.newBuilder()
                            .setCode(status.getCode().value())
                            .setMessage(String.valueOf(status.getDescription()))
                            .addDetails(detail)
                            .build());
        }
        return new Ending(status, trailers);
    }
}
