/** A FHIR server behind an authorization server, apart from the packages that Vitalroutes scans. */
@NullMarked
package org.smartserver;

import org.jspecify.annotations.NullMarked;
