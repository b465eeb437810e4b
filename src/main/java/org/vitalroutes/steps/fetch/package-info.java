/** The steps of {@code routes/fetch.camel.yaml}. */
@NullMarked
package org.vitalroutes.steps.fetch;

import org.jspecify.annotations.NullMarked;
