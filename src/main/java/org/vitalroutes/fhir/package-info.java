/** FHIR R5: what Withings' records mean, as resources. Knows no Camel, no Spring and no I/O. */
@NullMarked
package org.vitalroutes.fhir;

import org.jspecify.annotations.NullMarked;
