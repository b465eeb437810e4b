/**
 * What Withings tells us: a hint that something changed for a user. Knows neither Camel nor Spring.
 */
@NullMarked
package org.vitalroutes.notification;

import org.jspecify.annotations.NullMarked;
