/** What measurements found, as the JSON that the server and the command line both give. */
@NullMarked
package io.vecino.server.report;

import org.jspecify.annotations.NullMarked;
