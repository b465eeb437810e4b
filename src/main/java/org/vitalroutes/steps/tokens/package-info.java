/** The steps of {@code routes/tokens.camel.yaml} in Java. */
@NullMarked
package org.vitalroutes.steps.tokens;

import org.jspecify.annotations.NullMarked;
