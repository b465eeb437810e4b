/**
 * What Withings tells us: a trigger that something changed for a user. Knows neither Camel nor
 * Spring.
 */
@NullMarked
package org.vitalroutes.notification;

import org.jspecify.annotations.NullMarked;
