/** What is kept in PostgreSQL. The only package that knows SQL. */
@NullMarked
package org.vitalroutes.store;

import org.jspecify.annotations.NullMarked;
