/** Transactions for the FHIR server, and what its answers mean. */
@NullMarked
package org.vitalroutes.fhir.deliver;

import org.jspecify.annotations.NullMarked;
