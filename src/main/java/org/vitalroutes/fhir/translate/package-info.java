/** Translates records of Withings to FHIR resources. */
@NullMarked
package org.vitalroutes.fhir.translate;

import org.jspecify.annotations.NullMarked;
