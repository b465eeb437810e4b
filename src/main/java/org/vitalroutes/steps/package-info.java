/**
 * The beans that routes call. The only package that knows Camel; it decides nothing. Below it is a
 * package for each route file.
 */
@NullMarked
package org.vitalroutes.steps;

import org.jspecify.annotations.NullMarked;
