/** Traces from a notification to the FHIR server. */
@NullMarked
package org.vitalroutes.tracing;

import org.jspecify.annotations.NullMarked;
