/** The steps of {@code routes/dispatch.camel.yaml}. */
@NullMarked
package org.vitalroutes.steps.dispatch;

import org.jspecify.annotations.NullMarked;
