/** The steps of {@code routes/withings-oauth.camel.yaml} in Java. */
@NullMarked
package org.vitalroutes.steps.withingsoauth;

import org.jspecify.annotations.NullMarked;
