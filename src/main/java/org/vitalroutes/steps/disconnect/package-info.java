/** The steps of {@code routes/disconnect.camel.yaml} in Java. */
@NullMarked
package org.vitalroutes.steps.disconnect;

import org.jspecify.annotations.NullMarked;
