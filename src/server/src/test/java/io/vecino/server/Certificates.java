package io.vecino.server;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.vecino.server.auth.TlsSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** An authority of its own, a server's certificate by it, and a client's. */
final class Certificates {
    private static final char[] NO_PASSWORD = {};

    private final X509Bundle authority;
    private final X509Bundle server;
    private final X509Bundle client;
    private final Path directory;

    Certificates(Path directory) throws Exception {
        this.directory = directory;
        authority = new CertificateBuilder()
                .subject("CN=Test authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        server = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .addSanIpAddress("127.0.0.1")
                .buildIssuedBy(authority);
        client = new CertificateBuilder().subject("CN=client").buildIssuedBy(authority);
    }

    /** @param mutual whether clients need a certificate */
    TlsSettings settings(boolean mutual) throws Exception {
        return new TlsSettings(
                write("server.pem", server.getCertificatePathPEM()),
                write("server.key", server.getPrivateKeyPEM()),
                mutual ? write("authority.pem", authority.getRootCertificatePEM()) : null);
    }

    private Path write(String name, String pem) throws Exception {
        return Files.writeString(directory.resolve(name), pem);
    }

    /** What a client that trusts the authority connects with. */
    SSLContext trusting(boolean withCertificate) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority.getCertificate());
        trust.init(trusted);
        context.init(withCertificate ? keys() : null, trust.getTrustManagers(), new SecureRandom());
        return context;
    }

    private KeyManager @Nullable [] keys() throws Exception {
        KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, null);
        own.setKeyEntry("client", client.getKeyPair().getPrivate(), NO_PASSWORD, client.getCertificatePath());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, NO_PASSWORD);
        return keys.getKeyManagers();
    }
}
