/** Circuit breakers. Depends on neither Camel nor Spring. */
@NullMarked
package org.vitalroutes.breaker;

import org.jspecify.annotations.NullMarked;
