/** A second provider: what another vendor takes, and nothing in Withings' classes. */
@NullMarked
package org.secondprovider;

import org.jspecify.annotations.NullMarked;
