/** The beans that routes call. The only package that knows Camel; it decides nothing. */
@NullMarked
package org.vitalroutes.steps;

import org.jspecify.annotations.NullMarked;
