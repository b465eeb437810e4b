/** How the servers that we call are, for operators. */
@NullMarked
package org.vitalroutes.health;

import org.jspecify.annotations.NullMarked;
