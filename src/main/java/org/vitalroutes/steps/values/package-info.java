/** The steps of {@code routes/values.camel.yaml} in Java. */
@NullMarked
package org.vitalroutes.steps.values;

import org.jspecify.annotations.NullMarked;
