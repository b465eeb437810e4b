/** The settings of the service, and what is said when one is missing. */
@NullMarked
package org.vitalroutes.settings;

import org.jspecify.annotations.NullMarked;
