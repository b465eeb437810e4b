/** The steps of {@code routes/deliver.camel.yaml}. */
@NullMarked
package org.vitalroutes.steps.deliver;

import org.jspecify.annotations.NullMarked;
