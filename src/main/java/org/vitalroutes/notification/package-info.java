/** Notifications of Withings and their signatures. Depends on neither Camel nor Spring. */
@NullMarked
package org.vitalroutes.notification;

import org.jspecify.annotations.NullMarked;
