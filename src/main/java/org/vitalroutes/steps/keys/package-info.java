/** The steps of {@code routes/keys.camel.yaml}. */
@NullMarked
package org.vitalroutes.steps.keys;

import org.jspecify.annotations.NullMarked;
