package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vecino.model.EngineException;
import io.vecino.server.auth.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TlsIT {
    @TempDir
    private Path directory = Path.of(".");

    private Certificates certificates;

    @BeforeEach
    void makeCertificates(@TempDir Path files) throws Exception {
        certificates = new Certificates(files);
    }

    private TestServer server(boolean mutual) throws Exception {
        return new TestServer(directory, TestServer.config().withTls(certificates.settings(mutual)), Limits.DEFAULT);
    }

    private SSLSocket socket(TestServer server, boolean withCertificate) throws Exception {
        return (SSLSocket)
                certificates.trusting(withCertificate).getSocketFactory().createSocket("127.0.0.1", server.port());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void answersOverTls(String protocol) throws Exception {
        try (TestServer server = server(false);
                SSLSocket socket = socket(server, false);
                RawConnection raw = new RawConnection(socket)) {
            socket.setEnabledProtocols(new String[] {protocol});
            assertEquals(200, raw.request("GET", "/healthz", "").read().status());
            assertEquals(protocol, socket.getSession().getProtocol());
            String vector = Base64.getEncoder().encodeToString(new byte[8_192 * 4]);
            assertEquals(
                    201,
                    raw.request("PUT", "/v1/collections/c", "{'dimension':8192,'metric':'l2'}")
                            .read()
                            .status());
            assertEquals(
                    200,
                    raw.request("POST", "/v1/collections/c/points", "{'points':[{'id':1,'vector':'" + vector + "'}]}")
                            .read()
                            .status());
            RawConnection.Answer point = raw.request("GET", "/v1/collections/c/points/1?with_vector=true", "")
                    .read();
            assertEquals(200, point.status());
            assertEquals(
                    8_192,
                    TestServer.JSON.readTree(point.body()).required("vector").size());
            assertEquals(400, raw.write("no http\r\n\r\n").read().status());
            assertTrue(raw.closed());
        }
    }

    @Test
    void refusesOlderProtocols() throws Exception {
        try (TestServer server = server(false);
                SSLSocket socket = socket(server, false)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.1"});
            assertThrows(IOException.class, socket::startHandshake);
        }
    }

    @Test
    void doesNotAnswerInPlainText() throws Exception {
        try (TestServer server = server(false);
                RawConnection raw = server.connect()) {
            raw.request("GET", "/healthz", "");
            assertThrows(IOException.class, raw::read);
        }
    }

    @Test
    void servesOnlyClientsWithACertificateIfAskedTo() throws Exception {
        try (TestServer server = server(true)) {
            try (RawConnection known = new RawConnection(socket(server, true))) {
                assertEquals(200, known.request("GET", "/healthz", "").read().status());
            }
            try (RawConnection unknown = new RawConnection(socket(server, false))) {
                assertThrows(
                        IOException.class,
                        () -> unknown.request("GET", "/healthz", "").read());
            }
        }
    }

    @Test
    void saysWhichFileCannotBeUsed() throws Exception {
        TlsSettings good = certificates.settings(true);
        Path missing = directory.resolve("missing.pem");
        Path garbled = Files.writeString(directory.resolve("garbled.pem"), "no PEM");
        for (TlsSettings bad : new TlsSettings[] {
            new TlsSettings(missing, good.key(), null),
            new TlsSettings(good.certificate(), missing, null),
            new TlsSettings(good.certificate(), good.key(), missing),
            new TlsSettings(garbled, good.key(), null),
            new TlsSettings(good.certificate(), garbled, null),
            new TlsSettings(good.certificate(), good.key(), garbled)
        }) {
            EngineException.InvalidArgument failure =
                    assertThrows(EngineException.InvalidArgument.class, () -> bad.context(builder -> builder));
            assertTrue(failure.field().startsWith("tls"), failure.getMessage());
        }
    }
}
