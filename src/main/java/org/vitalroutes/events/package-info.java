/** Events to other systems: what is sent of what happened, and where. */
@NullMarked
package org.vitalroutes.events;

import org.jspecify.annotations.NullMarked;
