/** The steps of {@code routes/withdraw.camel.yaml}. */
@NullMarked
package org.vitalroutes.steps.withdraw;

import org.jspecify.annotations.NullMarked;
