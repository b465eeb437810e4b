/** Persistence in PostgreSQL. The only package that contains SQL. */
@NullMarked
package org.vitalroutes.store;

import org.jspecify.annotations.NullMarked;
