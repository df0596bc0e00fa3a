package io.vecino.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.Status;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.vecino.Engine;
import io.vecino.server.ServerConfig;
import io.vecino.server.VecinoServer;
import io.vecino.server.auth.ApiKey;
import io.vecino.server.auth.ApiKeys;
import io.vecino.server.auth.Scope;
import io.vecino.server.auth.TlsSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsIT {
    private final String secret = ApiKey.newSecret();
    private Path authority;
    private Path certificate;
    private Path key;
    private Path clientCertificate;
    private Path clientKey;

    @TempDir
    private Path data;

    @BeforeEach
    void certificates(@TempDir Path files) throws Exception {
        X509Bundle issuer = new CertificateBuilder()
                .subject("CN=Test authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        X509Bundle server = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .buildIssuedBy(issuer);
        X509Bundle client = new CertificateBuilder().subject("CN=client").buildIssuedBy(issuer);
        authority = Files.writeString(files.resolve("authority.pem"), issuer.getRootCertificatePEM());
        certificate = Files.writeString(files.resolve("server.pem"), server.getCertificatePathPEM());
        key = Files.writeString(files.resolve("server.key"), server.getPrivateKeyPEM());
        clientCertificate = Files.writeString(files.resolve("client.pem"), client.getCertificatePathPEM());
        clientKey = Files.writeString(files.resolve("client.key"), client.getPrivateKeyPEM());
    }

    private VecinoServer start(Engine engine, boolean mutual) {
        return VecinoServer.start(
                engine,
                ServerConfig.defaults()
                        .withPort(0)
                        .withGrpcPort(0)
                        .withKeys(ApiKeys.of(List.of(ApiKey.of("admin", Scope.ADMIN, Set.of(), secret))))
                        .withTls(new TlsSettings(certificate, key, mutual ? authority : null)));
    }

    private VecinoClient connect(VecinoServer server, ClientConfig.@Nullable Tls tls) {
        ClientConfig config = ClientConfig.of(
                        "localhost", server.grpcAddress().orElseThrow().getPort())
                .withApiKey(secret)
                .withRetry(RetryPolicy.NONE);
        return VecinoClient.connect(tls == null ? config : config.withTls(tls));
    }

    @Test
    void callsOverTlsWithAKey() {
        try (Engine engine = Engine.open(data);
                VecinoServer server = start(engine, false);
                VecinoClient client = connect(server, new ClientConfig.Tls(authority, null, null));
                VecinoClient trustless = connect(server, new ClientConfig.Tls(null, null, null));
                VecinoClient plain = connect(server, null)) {
            assertEquals(List.of(), client.collections());
            assertEquals(
                    Status.Code.UNAVAILABLE,
                    assertThrows(VecinoException.class, trustless::collections).code());
            assertEquals(
                    Status.Code.UNAVAILABLE,
                    assertThrows(VecinoException.class, plain::collections).code());
        }
    }

    @Test
    void showsItsCertificateWhereOneIsAskedFor() {
        try (Engine engine = Engine.open(data);
                VecinoServer server = start(engine, true);
                VecinoClient known = connect(server, new ClientConfig.Tls(authority, clientCertificate, clientKey));
                VecinoClient unknown = connect(server, new ClientConfig.Tls(authority, null, null))) {
            assertEquals(List.of(), known.collections());
            assertThrows(VecinoException.class, unknown::collections);
        }
    }
}
