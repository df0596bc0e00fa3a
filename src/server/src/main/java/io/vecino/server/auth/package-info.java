/** Who calls and what they may do, on every port: API keys, scopes, TLS, the audit log. */
@NullMarked
package io.vecino.server.auth;

import org.jspecify.annotations.NullMarked;
