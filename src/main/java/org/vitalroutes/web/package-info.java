/** Filters before the routes and the security of the public port. */
@NullMarked
package org.vitalroutes.web;

import org.jspecify.annotations.NullMarked;
