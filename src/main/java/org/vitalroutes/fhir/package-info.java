/** What the FHIR packages share: keys and ids, the produced resource, its hash. */
@NullMarked
package org.vitalroutes.fhir;

import org.jspecify.annotations.NullMarked;
