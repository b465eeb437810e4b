/** Traces of a notification on its way to the FHIR server. */
@NullMarked
package org.vitalroutes.tracing;

import org.jspecify.annotations.NullMarked;
