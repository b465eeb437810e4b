/** A vendor of health data, and the failures of its API. */
@NullMarked
package org.vitalroutes.provider;

import org.jspecify.annotations.NullMarked;
