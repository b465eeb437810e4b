/** An in-memory Withings: OAuth, notifications, data and faults. */
@NullMarked
package org.vitalroutes.simulator;

import org.jspecify.annotations.NullMarked;
