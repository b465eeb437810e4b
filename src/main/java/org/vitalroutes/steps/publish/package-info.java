/** The steps of {@code routes/publish.camel.yaml}. */
@NullMarked
package org.vitalroutes.steps.publish;

import org.jspecify.annotations.NullMarked;
