/**
 * The rules of route files: for the build, for files that are reloaded, and for the command {@code
 * check-routes}.
 */
@NullMarked
package org.vitalroutes.routes;

import org.jspecify.annotations.NullMarked;
