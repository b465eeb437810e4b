/** The steps of {@code routes/privacy.camel.yaml} in Java. */
@NullMarked
package org.vitalroutes.steps.privacy;

import org.jspecify.annotations.NullMarked;
