/** What the API of any vendor may answer instead of data. */
@NullMarked
package org.vitalroutes.provider;

import org.jspecify.annotations.NullMarked;
