/**
 * What goes over the wire to a FHIR server: its version, R5 resources in that version, and what a
 * CapabilityStatement proves.
 */
@NullMarked
package org.vitalroutes.fhir.wire;

import org.jspecify.annotations.NullMarked;
