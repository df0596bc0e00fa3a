package io.vecino.cli;

import io.vecino.model.EngineException;
import io.vecino.server.ServerConfig;
import io.vecino.server.auth.ApiKey;
import io.vecino.server.auth.ApiKeys;
import io.vecino.server.auth.KeyFile;
import io.vecino.server.auth.Scope;
import io.vecino.server.auth.TlsSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Keys and encryption of a server. Keys come from files, never from arguments, which other users can see. */
final class ServingSecurity {
    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "Ask for a key that is in this file; \"vecino key\" adds them.")
    private @Nullable Path keys;

    @Option(
            names = "--admin-key",
            paramLabel = "FILE",
            description = "Ask for a key; the one in this file, such as a container's secret, may do everything.")
    private @Nullable Path adminKey;

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description = "Speak TLS with this certificate and its issuers', in PEM.")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "The certificate's private key, PKCS #8 in PEM.")
    private @Nullable Path key;

    @Option(
            names = "--tls-client-ca",
            paramLabel = "FILE",
            description = "Serve only clients with a certificate that one of these issued, in PEM.")
    private @Nullable Path clientAuthority;

    @Option(
            names = "--cors-origin",
            paramLabel = "ORIGIN",
            description = "Let web pages of this origin call, such as https://app.example; may be given again.")
    private List<String> origins = List.of();

    /** The configuration with these keys and this encryption. */
    ServerConfig applied(ServerConfig config) {
        ServerConfig result = config.withCorsOrigins(Set.copyOf(origins));
        List<ApiKey> known = new ArrayList<>();
        if (keys != null) {
            known.addAll(KeyFile.read(keys));
        }
        if (adminKey != null) {
            known.add(ApiKey.of("admin-key", Scope.ADMIN, Set.of(), KeyFile.secret(adminKey)));
        }
        if (keys != null || adminKey != null) {
            result = result.withKeys(ApiKeys.of(known));
        }
        if (certificate != null && key != null) {
            return result.withTls(new TlsSettings(certificate, key, clientAuthority));
        }
        if (certificate != null || key != null || clientAuthority != null) {
            throw new EngineException.InvalidArgument(
                    "tls", "both --tls-certificate and --tls-key", certificate == null ? "no certificate" : "no key");
        }
        return result;
    }
}
