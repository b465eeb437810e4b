/** The settings of the service and the messages about missing ones. */
@NullMarked
package org.vitalroutes.settings;

import org.jspecify.annotations.NullMarked;
