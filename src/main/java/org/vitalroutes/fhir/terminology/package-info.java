/** The code systems, the map to LOINC and the profiles of the resources that are made. */
@NullMarked
package org.vitalroutes.fhir.terminology;

import org.jspecify.annotations.NullMarked;
