/** Where a notification has come on its way, for whoever collects traces. */
@NullMarked
package org.vitalroutes.tracing;

import org.jspecify.annotations.NullMarked;
