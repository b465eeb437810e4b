/** Any vendor of data: what it is to us, and what its API may answer instead of data. */
@NullMarked
package org.vitalroutes.provider;

import org.jspecify.annotations.NullMarked;
