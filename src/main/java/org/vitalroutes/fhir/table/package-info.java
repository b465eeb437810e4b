/** The tables of what each measure type and field means in FHIR, and their readers. */
@NullMarked
package org.vitalroutes.fhir.table;

import org.jspecify.annotations.NullMarked;
