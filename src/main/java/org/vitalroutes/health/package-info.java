/** Health of the servers that we call, for operators. */
@NullMarked
package org.vitalroutes.health;

import org.jspecify.annotations.NullMarked;
