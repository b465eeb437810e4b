/** Withings: what its API answers, as records. */
@NullMarked
package org.vitalroutes.withings;

import org.jspecify.annotations.NullMarked;
