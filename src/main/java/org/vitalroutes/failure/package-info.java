/** What a failure means and what may be said of it. Knows neither Camel nor Spring. */
@NullMarked
package org.vitalroutes.failure;

import org.jspecify.annotations.NullMarked;
