package io.vecino.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.vecino.server.auth.Scope;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One method of the interface and what it does. Messages are taken as bytes and read by {@link #read}, so that what cannot be read
 * is the caller's error: the transport would call it an internal one.
 *
 * @param scope what the caller's key must allow
 * @param bytes as generated, but taking bytes
 */
record Rpc<R>(Scope scope, MethodDescriptor<InputStream, R> bytes, ServerCallHandler<InputStream, R> handler) {
    /** @param scopes by full name of the method */
    record Service(ServerServiceDefinition definition, Map<String, Scope> scopes) {}

    /** Makes the handler of a method. */
    @FunctionalInterface
    interface Handling<Q, R> {
        ServerCallHandler<InputStream, R> of(MethodDescriptor<Q, R> method);
    }

    private static final MethodDescriptor.Marshaller<InputStream> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(InputStream value) {
            return value;
        }

        @Override
        public InputStream parse(InputStream stream) {
            return stream;
        }
    };

    static <Q, R> Rpc<R> of(MethodDescriptor<Q, R> method, Scope scope, Handling<Q, R> handling) {
        return new Rpc<>(
                scope, method.toBuilder(BYTES, method.getResponseMarshaller()).build(), handling.of(method));
    }

    /**
     * Reads a message.
     *
     * @throws StatusRuntimeException if the bytes are no message of the method
     */
    static <Q> Q read(MethodDescriptor<Q, ?> method, InputStream message) {
        try {
            return method.parseRequest(message);
        } catch (StatusRuntimeException e) {
            if (e.getCause() instanceof InvalidProtocolBufferException cause) {
                throw Status.INVALID_ARGUMENT
                        .withDescription("message: expected " + method.getBareMethodName() + "'s request, got "
                                + cause.getMessage())
                        .asRuntimeException();
            }
            throw e;
        }
    }

    /** A service of these methods. */
    static Service service(ServiceDescriptor described, List<Rpc<?>> methods) {
        ServiceDescriptor.Builder descriptor =
                ServiceDescriptor.newBuilder(described.getName()).setSchemaDescriptor(described.getSchemaDescriptor());
        methods.forEach(rpc -> descriptor.addMethod(rpc.bytes));
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(rpc -> rpc.addTo(service));
        Map<String, Scope> scopes = new HashMap<>();
        methods.forEach(rpc -> scopes.put(rpc.bytes.getFullMethodName(), rpc.scope));
        return new Service(service.build(), scopes);
    }

    private void addTo(ServerServiceDefinition.Builder service) {
        service.addMethod(bytes, handler);
    }
}
