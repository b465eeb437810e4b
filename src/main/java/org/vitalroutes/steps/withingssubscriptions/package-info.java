/** The steps of {@code routes/withings-subscriptions.camel.yaml} in Java. */
@NullMarked
package org.vitalroutes.steps.withingssubscriptions;

import org.jspecify.annotations.NullMarked;
