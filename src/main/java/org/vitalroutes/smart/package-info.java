/** SMART Backend Services: access tokens for the FHIR server, by a key or a secret of our own. */
@NullMarked
package org.vitalroutes.smart;

import org.jspecify.annotations.NullMarked;
