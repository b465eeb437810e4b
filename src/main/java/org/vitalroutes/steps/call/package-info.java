/** The steps of {@code routes/call.camel.yaml} in Java. */
@NullMarked
package org.vitalroutes.steps.call;

import org.jspecify.annotations.NullMarked;
