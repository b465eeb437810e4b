/**
 * Sync requests: make the FHIR server equal to Withings for an account, a data kind and a window.
 * Depends on neither Camel nor Spring.
 */
@NullMarked
package org.vitalroutes.sync;

import org.jspecify.annotations.NullMarked;
