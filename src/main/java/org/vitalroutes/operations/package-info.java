/** Input and output of the operations API. Depends on neither Camel nor Spring. */
@NullMarked
package org.vitalroutes.operations;

import org.jspecify.annotations.NullMarked;
