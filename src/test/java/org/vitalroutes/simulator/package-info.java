/** A Withings that runs in memory: its OAuth, its notifications, its data and its moods. */
@NullMarked
package org.vitalroutes.simulator;

import org.jspecify.annotations.NullMarked;
