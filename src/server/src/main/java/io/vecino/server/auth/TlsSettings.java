package io.vecino.server.auth;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.vecino.model.EngineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 and 1.3 for every port.
 *
 * @param certificate PEM file of the server's certificate, followed by its issuers'
 * @param key PEM file of its private key, PKCS #8, not encrypted
 * @param clientAuthority PEM file of the certificates that must have issued every client's; null if clients need none
 */
public record TlsSettings(
        Path certificate, Path key, @Nullable Path clientAuthority) {
    /**
     * What a port needs to speak TLS, read from the files now.
     *
     * @param protocols adds what the port's protocol asks for, such as ALPN
     * @throws EngineException.InvalidArgument for a file that cannot be read or does not hold what it should
     */
    public SslContext context(UnaryOperator<SslContextBuilder> protocols) {
        requireFile("certificate", certificate);
        requireFile("key", key);
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(certificate.toFile(), key.toFile())
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2");
            if (clientAuthority != null) {
                requireFile("client authority", clientAuthority);
                builder.trustManager(clientAuthority.toFile()).clientAuth(ClientAuth.REQUIRE);
            }
            return protocols.apply(builder).build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new EngineException.InvalidArgument(
                    "tls", "a certificate, its PKCS #8 key and certificate authorities, in PEM", reason(e));
        }
    }

    private static void requireFile(String what, Path file) {
        if (!Files.isReadable(file)) {
            throw new EngineException.InvalidArgument("tls " + what, "a readable PEM file", file.toString());
        }
    }

    private static String reason(Exception e) {
        Throwable cause = e.getCause();
        return cause == null ? String.valueOf(e.getMessage()) : e.getMessage() + ": " + cause.getMessage();
    }
}
