/** What operators ask and are told. Knows neither Camel nor Spring. */
@NullMarked
package org.vitalroutes.operations;

import org.jspecify.annotations.NullMarked;
