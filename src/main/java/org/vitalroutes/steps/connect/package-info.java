/** The steps of {@code routes/connect.camel.yaml} in Java. */
@NullMarked
package org.vitalroutes.steps.connect;

import org.jspecify.annotations.NullMarked;
