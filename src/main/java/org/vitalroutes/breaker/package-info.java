/** Whether a destination can be asked at all. Knows neither Camel nor Spring. */
@NullMarked
package org.vitalroutes.breaker;

import org.jspecify.annotations.NullMarked;
