/** Classification of failures. Depends on neither Camel nor Spring. */
@NullMarked
package org.vitalroutes.failure;

import org.jspecify.annotations.NullMarked;
