/** The steps of {@code routes/errors.camel.yaml}. */
@NullMarked
package org.vitalroutes.steps.errors;

import org.jspecify.annotations.NullMarked;
