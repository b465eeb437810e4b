/** The steps of {@code routes/backfill.camel.yaml}. */
@NullMarked
package org.vitalroutes.steps.backfill;

import org.jspecify.annotations.NullMarked;
