/** The steps of {@code routes/inbox.camel.yaml}. */
@NullMarked
package org.vitalroutes.steps.inbox;

import org.jspecify.annotations.NullMarked;
