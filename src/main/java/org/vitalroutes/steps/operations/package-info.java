/** The steps of {@code routes/operations.camel.yaml} in Java. */
@NullMarked
package org.vitalroutes.steps.operations;

import org.jspecify.annotations.NullMarked;
