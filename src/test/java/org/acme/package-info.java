/** The server of Acme, the vendor of {@code examples/second-provider}. */
@NullMarked
package org.acme;

import org.jspecify.annotations.NullMarked;
